package linker

import (
	"context"
	"fmt"

	"github.com/hearthmatch/hearth/linker/settings"
	"github.com/hearthmatch/hearth/matcher"
)

// A table is taken to have no two records of one person if of its records that
// were linked fewer than one in mostShare share their cluster with another of
// it, and if at least leastLinked were linked. Two people of one table who
// resemble one of another come together now and then whatever the table; where
// a table does hold people twice, such clusters are many times as common.
const (
	mostShare   = 200
	leastLinked = 100
)

// exclude finds which tables have no two records of one person, and links again
// where that changes anything.
func (r *Result) exclude(ctx context.Context, in matcher.Input, opt matcher.Options) error {
	free, again := r.exclusive()
	if !again {
		return nil
	}
	in.Exclusive = free
	opt.Planned = nil
	l, err := matcher.Link(ctx, in, r.Job.Model, opt)
	if err != nil {
		return err
	}
	r.take(l)
	return nil
}

// exclusive finds which tables have no two records of one person, from what
// linking them with each other found, and whether that changes anything.
func (r *Result) exclusive() (free []bool, again bool) {
	j := r.Job
	if j.DuplicateFree != nil || j.Mode != settings.LinkOnly || len(j.Tables) < 2 {
		r.Exclusive = j.DuplicateFree
		return nil, false
	}
	linked, sharing := r.sharing()
	free = make([]bool, len(j.Tables))
	for t := range free {
		if linked[t] < leastLinked || sharing[t]*mostShare > linked[t] {
			continue
		}
		free[t] = true
		again = again || sharing[t] > 0
		r.Exclusive = free
		r.Notes = append(r.Notes, fmt.Sprintf("%s is taken to have no two records of one person: of its %d records that were "+
			"linked %d shared their cluster with another of it", j.Tables[t].Name, linked[t], sharing[t]))
	}
	return free, again
}

// sharing counts, for each table, the records whose clusters hold others, and
// those whose clusters hold others of the same table.
func (r *Result) sharing() (linked, sharing []int) {
	n := len(r.Job.Tables)
	linked, sharing = make([]int, n), make([]int, n)
	of := make(map[[2]int32]int32) // records of each cluster and table
	sizes := r.sizes()
	at := int32(0)
	for t, tab := range r.Job.Tables {
		for range tab.Rows {
			if c := r.Cluster[at]; sizes[c] > 1 {
				linked[t]++
				of[[2]int32{c, int32(t)}]++
			}
			at++
		}
	}
	for k, records := range of { // sums do not depend on the order
		if records > 1 {
			sharing[k[1]] += int(records)
		}
	}
	return linked, sharing
}

// take makes the matcher's outcome the result's.
func (r *Result) take(l *matcher.Linked) {
	r.Linked = l
	r.Cluster, r.Clusters, r.Compared = l.Person, l.Persons, l.Compared
}
