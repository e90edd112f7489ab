package main

import (
	"context"
	"maps"

	"go.uber.org/zap"

	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/server"
	"github.com/hearthmatch/hearth/store"
)

// newNights readies the nights of a store. stopping ends when the service does.
// It is an error if a file of --framework-file does not load with what was
// published.
func newNights(stopping context.Context, s *store.Store, opt serviceOptions) (*nights, error) {
	n := &nights{store: s, catalog: opt.frameworks, log: opt.log, now: opt.now, stopping: stopping,
		computing: make(chan struct{}, 1), loaded: map[int]*programmes{}}
	info, _ := s.LastNight()
	if _, err := n.programmesAt(0); err != nil {
		return nil, err
	}
	_, err := n.use(info.Seq)
	return n, err
}

// use makes the frameworks of a night those in use.
func (n *nights) use(seq uint64) (*programmes, error) {
	p, err := n.programmesAt(seq)
	if err == nil {
		n.inUse.Store(p)
	}
	return p, err
}

// programmesAt returns the frameworks in force at a place of the journal; 0 is
// now, and what the next night will use.
func (n *nights) programmesAt(seq uint64) (*programmes, error) {
	published := n.store.Frameworks(seq)
	n.loading.Lock()
	defer n.loading.Unlock()
	if p := n.loaded[len(published)]; p != nil {
		return p, nil
	}
	inUse := n.inUse.Load()
	p, err := n.catalog.at(published, inUse)
	if err != nil {
		return nil, err
	}
	for _, f := range p.Faults {
		n.log.Warn("a published framework cannot be used; the one before it stays in force",
			zap.String("framework", f.ID), zap.Uint64("place", f.Seq), zap.Error(f.Err))
	}
	maps.DeleteFunc(n.loaded, func(_ int, old *programmes) bool { return old != inUse }) // of places that are past
	n.loaded[len(published)] = p
	return p, nil
}

// rules are the frameworks alone, by id.
func (p *programmes) rules() []*eligibility.Framework {
	out := make([]*eligibility.Framework, len(p.Frameworks))
	for i := range p.Frameworks {
		out[i] = p.Frameworks[i].Rules
	}
	return out
}

// of returns the framework of a candidate; nil if it is not in use.
func (p *programmes) of(c *family.Candidate) *eligibility.Framework {
	for i := range p.Frameworks {
		if f := p.Frameworks[i].Rules; f.ID() == c.Framework {
			return f
		}
	}
	return nil
}

// Frameworks implements server.Nights.
func (n *nights) Frameworks() []string {
	var ids []string
	for _, f := range n.inUse.Load().rules() {
		ids = append(ids, f.ID())
	}
	return ids
}

// OneShort implements server.Nights.
func (n *nights) OneShort(c *family.Candidate) bool {
	f := n.inUse.Load().of(c)
	return f != nil && f.OneShort(c)
}

// UnknownTips implements server.Nights.
func (n *nights) UnknownTips(c *family.Candidate) bool {
	f := n.inUse.Load().of(c)
	return f != nil && f.UnknownTips(c)
}

// Programmes implements server.Nights.
func (n *nights) Programmes(next bool) server.Programmes {
	if next {
		if p, err := n.programmesAt(0); err == nil {
			return p.Programmes
		}
	}
	return n.inUse.Load().Programmes
}

// TryFramework implements server.Nights.
func (n *nights) TryFramework(f family.PublishedFramework) (server.Framework, error) {
	now, err := n.programmesAt(0)
	if err != nil {
		return server.Framework{}, err
	}
	return n.catalog.try(f, n.store.Frameworks(0), now)
}
