package ingest

import (
	"context"
	"errors"

	"google.golang.org/grpc"

	"github.com/hearthmatch/hearth/family"
)

// PushOptions say which file to push and what to declare of it.
type PushOptions struct {
	Feed           family.Feed
	File           string
	Agency         string
	DeliveryID     string // blank: a digest of feed, agency, dates and content
	AsAt, From, To family.Date
	Organisations  []string // covered; empty = all
	DropUndeclared bool
	// Progress is called with the bytes of the file that are safely delivered.
	Progress func(doneBytes, totalBytes int64)
}

// PushResult is what became of a pushed delivery.
type PushResult struct {
	DeliveryID       string
	State            family.DeliveryState
	Account          family.Account
	Warnings         []string
	Dropped          []string // undeclared columns that were dropped
	AlreadyDelivered bool     // it had been sealed before; nothing was sent
}

// Push delivers a file to the feed service at the other end of conn.
func Push(ctx context.Context, conn grpc.ClientConnInterface, opt PushOptions) (PushResult, error) {
	return PushResult{}, errors.New("not yet")
}
