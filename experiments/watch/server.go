package watch

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"affmatch/internal/fault"
)

// Server is the page and its events.
type Server struct {
	address string
	http    http.Server
	served  chan error
	closing chan struct{}
	open    atomic.Int64 // pages

	mu   sync.Mutex
	fits []*Fit
}

// pause is the time between two pieces of news.
const pause = 100 * time.Millisecond

// farewell is how long Close waits for pages that are open.
const farewell = 3 * time.Second

//go:embed page
var source embed.FS

// Listen opens the page at an address of this machine alone: 127.0.0.1, ::1 or localhost, and a port, 0 for any free one.
func Listen(address string) (*Server, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil || !loopback(host) {
		return nil, fault.Field("watch: address", address, "127.0.0.1, ::1 or localhost, and a port: 127.0.0.1:0")
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("watch: %w", err)
	}
	s := &Server{address: l.Addr().String(), served: make(chan error, 1), closing: make(chan struct{})}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", page)
	mux.HandleFunc("GET /events", s.events)
	s.http.Handler = local(mux)
	s.http.ReadHeaderTimeout = 10 * time.Second
	go func() { s.served <- s.http.Serve(l) }()
	return s, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// local refuses requests by another name of this machine, which a page from elsewhere could have given it.
func local(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if !loopback(strings.Trim(host, "[]")) {
			http.Error(w, "this page is of this machine alone", http.StatusForbidden)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// URL is where the page is; "" of a nil server.
func (s *Server) URL() string {
	if s == nil {
		return ""
	}
	return "http://" + s.address + "/"
}

// Close tells the pages that are open that this was all, and ends the server.
func (s *Server) Close() error {
	if s == nil {
		return nil
	}
	close(s.closing)
	ctx, cancel := context.WithTimeout(context.Background(), farewell)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) { // a page that does not listen
		err = s.http.Close()
	}
	if served := <-s.served; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

func page(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	const own = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'"
	w.Header().Set("Content-Security-Policy", own)
	text := strings.NewReplacer("{{style}}", read("watch.css"), "{{script}}", read("watch.js")).Replace(read("watch.html"))
	_, _ = io.WriteString(w, text) // a page that has gone need not be told
}

func read(name string) string {
	b, err := source.ReadFile("page/" + name)
	if err != nil {
		panic(err) // it is part of the program
	}
	return string(b)
}

// heard is what a page knows of a fit.
type heard struct {
	steps, frames int
	begun         bool
	scores, end   bool
}

// events tells a page everything, then what is new, until the page goes or the server ends.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	s.open.Add(1)
	defer s.open.Add(-1)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	out := http.NewResponseController(w)
	if err := out.Flush(); err != nil { // the page knows that it is heard
		return
	}
	known := map[*Fit]*heard{}
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for last := false; ; {
		news, err := s.news(known)
		if err == nil && last {
			news = append(news, "event: close\ndata: {}\n\n"...)
		}
		if err == nil && len(news) > 0 {
			if _, err = w.Write(news); err == nil {
				err = out.Flush()
			}
		}
		if err != nil || last {
			return
		}
		select {
		case <-tick.C:
		case <-s.closing:
			last = true
		case <-r.Context().Done():
			return
		}
	}
}

// news are the events that a page has not heard.
func (s *Server) news(known map[*Fit]*heard) (b []byte, err error) {
	s.mu.Lock()
	fits := append([]*Fit(nil), s.fits...)
	s.mu.Unlock()
	for _, f := range fits {
		k := known[f]
		if k == nil {
			k = &heard{}
			known[f] = k
		}
		for _, event := range f.since(k) {
			data, err := json.Marshal(event.data)
			if err != nil {
				return nil, fmt.Errorf("watch: %w", err)
			}
			b = append(b, "event: "+event.name+"\ndata: "...)
			b = append(append(b, data...), "\n\n"...)
		}
	}
	return b, nil
}

type event struct {
	name string
	data any
}

// since are the events of a fit that are not known yet; then they are.
func (f *Fit) since(k *heard) (events []event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !k.begun {
		k.begun = true
		events = append(events, event{"begin", f.begun})
	}
	if c := f.course; len(c.Loss) > k.steps {
		n := k.steps
		news := course{f.begun.ID, n, c.Loss[n:], c.GradNorm[n:], c.Seconds[n:], c.Plain[n:]}
		events = append(events, event{"steps", news})
		k.steps = len(c.Loss)
	}
	if f.frames > k.frames {
		next := *f.frame
		if k.frames > 0 {
			next.Classes = nil // it has them
		}
		events = append(events, event{"frame", next})
		k.frames = f.frames
	}
	if f.scores != nil && !k.scores {
		k.scores = true
		events = append(events, event{"scores", scored{f.begun.ID, *f.scores}})
	}
	if f.end != nil && !k.end {
		k.end = true
		events = append(events, event{"end", *f.end})
	}
	return events
}
