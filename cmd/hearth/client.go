package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/spf13/cobra"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/hearthmatch/hearth/server"
)

// defaultServer is where the service listens unless told otherwise.
const defaultServer = "127.0.0.1:7400"

// serverFlag adds --server to a command.
func serverFlag(cmd *cobra.Command, to *string) {
	cmd.Flags().StringVar(to, "server", defaultServer, "where the service listens, HOST:PORT")
}

// client is a connection to a running service.
type client struct {
	*grpc.ClientConn
	addr string
}

var errAddress = usageError("--server: not an address; write HOST:PORT")

// connect prepares a connection; nothing is sent before the first call. It
// goes straight to addr, past any proxy: what is sent is personal data.
func (p *program) connect(addr string) (*client, error) {
	if _, _, err := net.SplitHostPort(addr); err != nil {
		return nil, errAddress
	}
	conn, err := grpc.NewClient(addr,
		grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithNoProxy(),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(server.MaxMessageBytes), grpc.MaxCallSendMsgSize(server.MaxMessageBytes)),
		grpc.WithUnaryInterceptor(func(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
			return invoke(p.signed(ctx), method, req, reply, cc, opts...)
		}),
		grpc.WithStreamInterceptor(func(ctx context.Context, desc *grpc.StreamDesc, cc *grpc.ClientConn, method string, open grpc.Streamer, opts ...grpc.CallOption) (grpc.ClientStream, error) {
			return open(p.signed(ctx), desc, cc, method, opts...)
		}))
	if err != nil {
		return nil, errAddress
	}
	return &client{conn, addr}, nil
}

// signed says who calls.
func (p *program) signed(ctx context.Context) context.Context {
	return metadata.AppendToOutgoingContext(ctx, server.ActorKey, p.actor)
}

// with runs f with a connection to addr and turns its error into a sentence.
func (p *program) with(addr string, f func(c *client) error) error {
	c, err := p.connect(addr)
	if err != nil {
		return err
	}
	defer c.Close()
	return c.explain(f(c))
}

// statusIn finds the gRPC status in an error, without what wraps it.
func statusIn(err error) (*status.Status, bool) {
	var s interface{ GRPCStatus() *status.Status }
	if !errors.As(err, &s) {
		return nil, false
	}
	return s.GRPCStatus(), true
}

// explain turns the status of a failed call into one sentence that says what
// to do. Other errors pass.
func (c *client) explain(err error) error {
	st, ok := statusIn(err)
	if !ok {
		return err
	}
	var exit *exitError
	if errors.As(err, &exit) {
		return &exitError{exit.code, errors.New(st.Message())}
	}
	switch st.Code() {
	case codes.Unavailable:
		return errors.New(unavailable(st.Message(), c.addr))
	case codes.InvalidArgument:
		return &exitError{exitUsage, errors.New(st.Message())}
	case codes.Canceled:
		return errors.New("stopped before the end; what was acknowledged or published stands")
	case codes.Internal:
		return fmt.Errorf("the service at %s failed; its log says more", c.addr)
	case codes.Unimplemented:
		return fmt.Errorf("what answers at %s is no hearth service, or one of another version", c.addr)
	}
	return errors.New(st.Message())
}

func unavailable(message, addr string) string {
	if strings.Contains(message, "error reading server preface") {
		return fmt.Sprintf("what answers at %s is no hearth service; --server is the grpc= address that `hearth serve` prints", addr)
	}
	dialing := strings.Contains(message, "connection error") || strings.Contains(message, "name resolver error")
	if dialing {
		return fmt.Sprintf("no service answers at %s; start one with `hearth serve --data DIR`", addr)
	}
	return fmt.Sprintf("the connection to %s was cut; nothing that was acknowledged is lost, run the command again", addr)
}
