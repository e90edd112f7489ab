// Package web is the page that a coordinator opens: what was delivered, what
// the last night found, the candidates, and one household with its reasons.
//
// It decides how things look. It never decides anything about a family, and it
// holds no data: it asks the services over a connection as any other client
// does, so that every read passes the same identity, audit and protection. It
// shows no protected household. Pages work without scripts, load nothing from
// elsewhere, and are not kept by browsers.
package web

import (
	"context"
	"embed"
	"errors"
	"html/template"
	"net"
	"net/http"
	"time"

	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	adminpb "github.com/hearthmatch/hearth/proto/hearth/admin/v1"
	feedpb "github.com/hearthmatch/hearth/proto/hearth/feed/v1"
	querypb "github.com/hearthmatch/hearth/proto/hearth/query/v1"
)

//go:embed pages
var pages embed.FS

// Options are the application's settings.
type Options struct {
	// Invented says that all people are invented; every page then says so.
	Invented bool
	// LocalOnly refuses requests that do not name this machine as their host,
	// so that no foreign page can reach in by a name that it controls. It is
	// for a service that listens on the local machine only.
	LocalOnly bool
	Log       *zap.Logger
}

// App is the web application.
type App struct {
	opt      Options
	feeds    feedpb.FeedServiceClient
	queries  querypb.QueryServiceClient
	admin    adminpb.AdminServiceClient
	health   healthpb.HealthClient
	template *template.Template
}

// callTimeout bounds what one page may take.
const callTimeout = 30 * time.Second

// New makes the application over a connection to the services.
func New(conn grpc.ClientConnInterface, opt Options) (*App, error) {
	t, err := template.New("").Funcs(funcs).ParseFS(pages, "pages/*.html")
	if err != nil {
		return nil, err
	}
	return &App{
		opt: opt, template: t, feeds: feedpb.NewFeedServiceClient(conn),
		queries: querypb.NewQueryServiceClient(conn), admin: adminpb.NewAdminServiceClient(conn),
		health: healthpb.NewHealthClient(conn),
	}, nil
}

// Handler answers the application's routes.
func (a *App) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "ok\n") })
	mux.HandleFunc("GET /readyz", a.ready)
	mux.HandleFunc("GET /style.css", style)
	mux.HandleFunc("GET /{$}", a.page(a.home))
	mux.HandleFunc("GET /households/{id}", a.page(a.household))
	mux.HandleFunc("/", a.page(func(context.Context, *http.Request) (view, error) { return view{}, errNoPage }))
	return a.guarded(mux)
}

// guarded sets what every answer carries and refuses foreign hosts.
func (a *App) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; "+
			"form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if a.opt.LocalOnly && !localHost(r.Host) {
			say(w, http.StatusMisdirectedRequest, "this service answers to the name of its own machine only\n")
			return
		}
		next.ServeHTTP(w, r)
	})
}

func localHost(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	ip := net.ParseIP(host)
	return host == "localhost" || host == "[::1]" || ip != nil && ip.IsLoopback()
}

func say(w http.ResponseWriter, code int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(code)
	_, _ = w.Write([]byte(text)) // a reader that is gone needs no answer
}

func (a *App) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), callTimeout)
	defer cancel()
	resp, err := a.health.Check(ctx, &healthpb.HealthCheckRequest{})
	if err != nil || resp.Status != healthpb.HealthCheckResponse_SERVING {
		say(w, http.StatusServiceUnavailable, "not ready\n")
		return
	}
	say(w, http.StatusOK, "ready\n")
}

func style(w http.ResponseWriter, _ *http.Request) {
	data, err := pages.ReadFile("pages/style.css")
	if err != nil { // unreachable: the file is embedded
		say(w, http.StatusInternalServerError, "internal\n")
		return
	}
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, _ = w.Write(data)
}

// view is a page to show: a template, its title and what it tells.
type view struct {
	Template string
	Title    string
	Invented bool
	Data     any
}

var errNoPage = errors.New("no such page")

// page reads, then renders: nothing is sent before all reads have succeeded.
func (a *App) page(read func(context.Context, *http.Request) (view, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), callTimeout)
		defer cancel()
		ctx = metadata.AppendToOutgoingContext(ctx, "hearth-actor", "web "+r.RemoteAddr)
		v, err := read(ctx, r)
		code := http.StatusOK
		if err != nil {
			v, code = a.failure(r, err)
		}
		v.Invented = a.opt.Invented
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(code)
		if err := a.template.ExecuteTemplate(w, v.Template, v); err != nil {
			a.opt.Log.Error("page not written", zap.String("template", v.Template), zap.Error(err))
		}
	}
}

// failure is the page for an error. It says no more than the service did.
func (a *App) failure(r *http.Request, err error) (view, int) {
	text, code := "Something went wrong on our side. Try again in a minute.", http.StatusInternalServerError
	switch status.Code(err) {
	case codes.NotFound, codes.InvalidArgument:
		err = errNoPage
	case codes.Unavailable, codes.ResourceExhausted:
		text, code = "The service cannot answer just now. Try again in a minute.", http.StatusServiceUnavailable
	}
	if errors.Is(err, errNoPage) {
		return view{Template: "error.html", Title: "Page not found",
			Data: "There is no such page, or it is one that may not be shown."}, http.StatusNotFound
	}
	a.opt.Log.Error("page failed", zap.String("route", r.Pattern), zap.Error(err))
	return view{Template: "error.html", Title: "Sorry, there is a problem", Data: text}, code
}
