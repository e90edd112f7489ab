package eligibility

import (
	"fmt"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// Coverage says what the deliveries declare to have covered, so that silence
// can be told from "no". The zero Coverage is that of a service to which
// nothing was delivered.
type Coverage struct {
	feeds   [family.Targets + 1]feedCoverage
	schools int // listed
	silent  int // of those, not contributing
}

type feedCoverage struct {
	delivered bool
	complete  bool        // a delivery covered all organisations of the area
	from      family.Date // the first day of such deliveries; 0 = from the beginning
}

// NewCoverage reads what accepted deliveries declare, and from the rows of the
// schools file how many schools contribute. The order of either is no matter.
func NewCoverage(deliveries []family.Delivery, schools []*family.Row) Coverage {
	var c Coverage
	for _, d := range deliveries {
		if !d.Feed.Valid() {
			continue
		}
		f := &c.feeds[d.Feed]
		f.delivered = true
		if !coversAll(d.Organisations) {
			continue
		}
		if !f.complete || d.From < f.from {
			f.from = d.From
		}
		f.complete = true
	}
	for _, row := range schools {
		if row.Deleted {
			continue
		}
		c.schools++
		if row.Text(family.ColContributes) == "N" {
			c.silent++
		}
	}
	return c
}

// CompleteCoverage is that of a service to which every feed is delivered for
// the whole area, as it is where the truth is known.
func CompleteCoverage() Coverage {
	var c Coverage
	for f := range c.feeds {
		c.feeds[f] = feedCoverage{delivered: true, complete: true}
	}
	return c
}

func coversAll(organisations []string) bool {
	for _, o := range organisations {
		if strings.EqualFold(o, "all") {
			return true
		}
	}
	return len(organisations) == 0
}

// Delivered says whether anything was delivered of the feed.
func (c Coverage) Delivered(feed family.Feed) bool { return c.feeds[feed].delivered }

// Complete says whether the feed was declared complete for the area from the
// given day on.
func (c Coverage) Complete(feed family.Feed, from family.Date) bool {
	f := c.feeds[feed]
	return f.complete && f.from <= from
}

// silence tells of schools that send nothing; blank where every school listed
// contributes.
func (c Coverage) silence() string {
	if c.silent == 0 {
		return ""
	}
	return fmt.Sprintf("; %d of %s listed send nothing", c.silent, plural(c.schools, "school", "schools"))
}
