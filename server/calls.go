package server

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"unicode"

	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
)

// ActorKey is the metadata key in which a caller says who it is.
const ActorKey = "hearth-actor"

// maxActor bounds what is kept of a caller's word about itself, in bytes.
const maxActor = 200

// calls is what every call passes: who calls, what a panic becomes, that a
// read was audited before its answer leaves, and which status an error gets.
type calls struct {
	log *zap.Logger
}

func (c *calls) unary(ctx context.Context, req any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (resp any, err error) {
	call := newCall(ctx, info.FullMethod)
	call.heed(req)
	defer func() {
		if p := recover(); p != nil {
			resp, err = nil, c.panicked(call, p)
		}
	}()
	resp, err = handle(context.WithValue(ctx, callKey{}, call), req)
	if err == nil {
		err = call.mayAnswer()
	}
	if err != nil {
		return nil, c.status(call, err)
	}
	return resp, nil
}

func (c *calls) stream(srv any, ss grpc.ServerStream, info *grpc.StreamServerInfo, handle grpc.StreamHandler) (err error) {
	call := newCall(ss.Context(), info.FullMethod)
	defer func() {
		if p := recover(); p != nil {
			err = c.panicked(call, p)
		}
	}()
	ctx := context.WithValue(ss.Context(), callKey{}, call)
	if err := handle(srv, &callStream{ServerStream: ss, ctx: ctx, call: call}); err != nil {
		return c.status(call, err)
	}
	return nil
}

// panicked logs where a call broke, never the value that it broke on.
func (c *calls) panicked(call *call, p any) error {
	fields := []zap.Field{
		zap.String("method", call.method), zap.String("kind", fmt.Sprintf("%T", p)),
		zap.ByteString("stack", debug.Stack()),
	}
	var re runtime.Error
	if err, ok := p.(error); ok && errors.As(err, &re) {
		fields = append(fields, zap.String("error", re.Error()))
	}
	c.log.Error("call panicked", fields...)
	st, _ := statusOf(errPanic)
	return st.Err()
}

var errPanic = errors.New("panic")

func (c *calls) status(call *call, err error) error {
	st, known := statusOf(err)
	if !known {
		c.log.Error("call failed", zap.String("method", call.method), zap.Error(err))
	}
	return st.Err()
}

// call is one call under way.
type call struct {
	method  string // as gRPC names it, such as /hearth.query.v1.QueryService/GetRow
	actor   string
	named   bool // actor is what the caller says, not where it calls from
	audited bool // an entry has been written
	// protected says that the caller asked for protected addresses too.
	protected bool
}

type callKey struct{}

func newCall(ctx context.Context, method string) *call {
	a, named := actor(ctx)
	return &call{method: method, actor: a, named: named}
}

// callOf returns the call that ctx belongs to. Every handler runs inside one.
func callOf(ctx context.Context) *call {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return c
	}
	return &call{method: "in process", actor: "unknown"}
}

// heed notes what of a request belongs in the audit trail, whatever its method.
func (c *call) heed(req any) {
	if r, ok := req.(interface{ GetIncludeProtected() bool }); ok {
		c.protected = r.GetIncludeProtected()
	}
}

// mayAnswer refuses an answer that personal data could leave with while the
// audit trail does not know of it.
func (c *call) mayAnswer() error {
	if mustAudit[c.method] && !c.audited {
		return fmt.Errorf("%s answered without an audit entry", c.method)
	}
	return nil
}

// actor is who the caller says it is (named), else where it calls from.
func actor(ctx context.Context) (name string, named bool) {
	md, _ := metadata.FromIncomingContext(ctx)
	if said := md.Get(ActorKey); len(said) > 0 {
		if a := printable(said[0]); a != "" {
			return a, true
		}
	}
	if p, ok := peer.FromContext(ctx); ok && p.Addr != nil {
		return p.Addr.String(), false
	}
	return "unknown", false
}

// printable keeps what a line of an audit trail can hold.
func printable(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, s)
	for len(s) > maxActor {
		s = strings.ToValidUTF8(s[:maxActor], "")
	}
	return strings.TrimSpace(s)
}

// callStream is a stream whose context knows its call and whose messages wait
// for the audit entry.
type callStream struct {
	grpc.ServerStream
	ctx  context.Context
	call *call
}

// Context returns the stream's context with its call.
func (s *callStream) Context() context.Context { return s.ctx }

// RecvMsg receives a request.
func (s *callStream) RecvMsg(m any) error {
	err := s.ServerStream.RecvMsg(m)
	if err == nil {
		s.call.heed(m)
	}
	return err
}

// SendMsg sends a message, unless it should have been audited and is not.
func (s *callStream) SendMsg(m any) error {
	if err := s.call.mayAnswer(); err != nil {
		return err
	}
	return s.ServerStream.SendMsg(m)
}
