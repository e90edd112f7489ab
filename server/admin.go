package server

import (
	"context"
	"errors"
	"strconv"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/hearthmatch/hearth/family"
	adminpb "github.com/hearthmatch/hearth/proto/hearth/admin/v1"
	feedpb "github.com/hearthmatch/hearth/proto/hearth/feed/v1"
)

// admin is for whoever operates the service.
type admin struct {
	adminpb.UnimplementedAdminServiceServer
	index   Index
	nights  Nights
	trail   *trail
	version string
	// publishing is held from the check of a framework until it is kept: two that
	// pass beside each other could not both be used.
	publishing sync.Mutex
}

// RunNight implements the admin service. A caller that goes away ends the
// night, which then has changed nothing.
func (a *admin) RunNight(req *adminpb.RunNightRequest, stream grpc.ServerStreamingServer[adminpb.RunNightResponse]) error {
	asAt, err := parseDate("as_at", req.AsAt)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(stream.Context())
	defer cancel()
	updates := make(chan *adminpb.RunNightResponse, 16)
	type ending struct {
		info family.NightInfo
		err  error
	}
	ended := make(chan ending, 1)
	go func() {
		e := ending{err: errNight}
		defer func() { ended <- e }()
		defer func() { _ = recover() }() // leaves errNight standing
		e.info, e.err = a.nights.Run(ctx, asAt, req.Retrain, report(updates))
	}()
	for {
		select {
		case u := <-updates:
			if err := stream.Send(u); err != nil {
				cancel()
				<-ended
				return err
			}
		case e := <-ended:
			if e.err != nil {
				return e.err
			}
			return stream.Send(&adminpb.RunNightResponse{Stage: "write", Summary: nightMessage(e.info)})
		}
	}
}

// errNight stands for a night that panicked. It runs beside its call, where no
// interceptor would catch the panic.
var errNight = errors.New("the night panicked")

// report passes on what changes a stage or a percentage, and drops it where
// the caller is slow to read: progress must not hold up a night.
func report(updates chan<- *adminpb.RunNightResponse) func(stage string, done, total int64) {
	var stage string
	var percent int64
	return func(s string, done, total int64) {
		p := int64(-1)
		if total > 0 {
			p = done * 100 / total
		}
		if s == stage && p == percent {
			return
		}
		stage, percent = s, p
		select {
		case updates <- &adminpb.RunNightResponse{Stage: s, Done: done, Total: total}:
		default:
		}
	}
}

func nightMessage(n family.NightInfo) *adminpb.NightSummary {
	m := &adminpb.NightSummary{
		NightId: n.ID, AsAt: n.AsAt.String(), Model: n.Model, Trained: n.Trained, Rows: n.Rows,
		Records: n.Records, Persons: n.Persons, Households: n.Households, Families: n.Families,
		StartTime: timestamppb.New(n.Start), EndTime: timestamppb.New(n.End),
	}
	for _, f := range n.Frameworks {
		m.Frameworks = append(m.Frameworks, &adminpb.FrameworkSummary{
			Framework: f.ID, Scored: f.Scored, Eligible: f.Eligible, OneShort: f.OneShort, PutForward: f.PutForward,
		})
	}
	for _, s := range n.Stages {
		m.Stages = append(m.Stages, &adminpb.StageTime{Stage: s.Stage, Seconds: s.Seconds})
	}
	return m
}

// GetStatus implements the admin service.
func (a *admin) GetStatus(context.Context, *adminpb.GetStatusRequest) (*adminpb.GetStatusResponse, error) {
	out := &adminpb.GetStatusResponse{
		Version: a.version, Sealed: a.index.Sealed(), Deliveries: make(map[string]int64),
		Frameworks: a.nights.Frameworks(), FrameworkFaults: a.nights.Programmes(true).faults(),
	}
	for _, d := range a.index.Deliveries() {
		out.Deliveries[d.State.String()]++
	}
	if info, ok := a.index.LastNight(); ok {
		out.LastNight = nightMessage(info)
	}
	return out, nil
}

// SettleDelivery implements the admin service.
func (a *admin) SettleDelivery(ctx context.Context, req *adminpb.SettleDeliveryRequest) (*adminpb.SettleDeliveryResponse, error) {
	key := req.GetKey()
	feed := family.Feed(key.GetFeed())
	faults := []error{
		wanted("key.agency", key.GetAgency(), "the agency that sent it"),
		wanted("key.delivery_id", key.GetDeliveryId(), "the supplier's delivery_id"),
		wanted("reason", req.Reason, "say why"),
	}
	if !feed.Valid() {
		faults = append(faults, invalid("key.feed", "choose one of %v", family.Feeds()))
	}
	if err := joined(faults...); err != nil {
		return nil, err
	}
	info, err := a.index.Delivery(feed, key.Agency, key.DeliveryId)
	if err != nil {
		return nil, absent(err, "no such delivery")
	}
	if err := a.trail.write(ctx, "delivery/"+strconv.FormatUint(info.Number, 10)); err != nil {
		return nil, err
	}
	info, err = a.index.SettleDelivery(info.Number, req.Release, callOf(ctx).actor, req.Reason)
	if err != nil {
		return nil, err
	}
	return &adminpb.SettleDeliveryResponse{
		State: feedpb.DeliveryState(info.State), Account: accountMessage(info.Account),
	}, nil
}

func accountMessage(a family.Account) *feedpb.Account {
	return &feedpb.Account{
		Rows: a.Rows, Accepted: a.Accepted, Rejected: a.Rejected, Superseded: a.Superseded,
		Held: a.Held, Withdrawn: a.Withdrawn, Reported: a.Reported,
	}
}

// ListAuditEntries implements the admin service.
func (a *admin) ListAuditEntries(ctx context.Context, req *adminpb.ListAuditEntriesRequest) (*adminpb.ListAuditEntriesResponse, error) {
	size, err := pageSize(req.PageSize)
	if err != nil {
		return nil, err
	}
	place, err := parsePageToken(req.PageToken, "", req)
	if err != nil {
		return nil, err
	}
	before, _ := strconv.ParseUint(place, 10, 64) // blank on the first page
	entries, next, err := a.index.AuditEntries(before, size)
	if err != nil {
		return nil, err
	}
	out := &adminpb.ListAuditEntriesResponse{}
	for _, e := range entries {
		out.Entries = append(out.Entries, &adminpb.AuditEntry{
			Time: timestamppb.New(e.Time), Actor: e.Actor, Method: e.Method, Subjects: e.Subjects,
		})
	}
	if next != 0 {
		out.NextPageToken = pageToken("", req, strconv.FormatUint(next, 10))
	}
	return out, a.trail.write(ctx, "audit")
}
