package casework

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// Sample draws claims for audit: percent of them, rounded up and at least one,
// by id, sorted. The same claims, seed and percent give the same draw on every
// machine and in whatever order the claims stand: the claims are put in order
// of SHA-256 over the seed (8 bytes, the greatest first) followed by the bytes
// of the claim's id, and the first are taken. Anybody can so repeat a draw with
// a spreadsheet of ids, and a seed that was settled before the draw leaves no
// choice to whoever draws. It returns nil without claims or with percent below
// 1; percent above 100 is 100.
func Sample(claims []Claim, seed uint64, percent int) []string {
	ids := make([]string, len(claims))
	for i := range claims {
		ids[i] = claims[i].ID
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if len(ids) == 0 || percent < 1 {
		return nil
	}
	slices.SortFunc(ids, func(a, b string) int {
		x, y := lot(seed, a), lot(seed, b)
		return bytes.Compare(x[:], y[:])
	})
	n := (len(ids)*min(percent, 100) + 99) / 100
	drawn := slices.Clone(ids[:n])
	slices.Sort(drawn)
	return drawn
}

func lot(seed uint64, id string) [sha256.Size]byte {
	return sha256.Sum256(append(binary.BigEndian.AppendUint64(nil, seed), id...))
}

// Pool returns the claims that a draw is made from, the oldest first: made on
// the days from to to, both inclusive, under the framework (or any if blank),
// not withdrawn, not drawn before, and of which no auditor has said anything yet. It is what the journal held at the view's
// Place; the view's Day is not looked at.
func (b *Book) Pool(framework string, from, to family.Date, v View) []Claim {
	var out []Claim
	for _, cl := range b.claims {
		ev := &cl.event
		if !v.knows(cl.entry) || ev.Day < from || ev.Day > to || framework != "" && ev.Framework != framework {
			continue
		}
		c := cl.claim(View{Place: v.Place})
		if c.State == ClaimMade {
			out = append(out, c)
		}
	}
	return out
}

// Draw is a drawing of claims for internal audit, as it was recorded.
type Draw struct {
	ID        string
	By        string
	Day       family.Date
	Framework string // "" for any
	From, To  family.Date
	Seed      uint64
	Percent   int
	Drawn     []string // ids of claims, sorted
	Of        int      // how many claims it was drawn from
}

// Draws returns every draw in view, the oldest first.
func (b *Book) Draws(v View) []Draw {
	var out []Draw
	for _, en := range b.draws {
		if v.sees(en) {
			out = append(out, b.draw(en))
		}
	}
	return out
}

func (b *Book) draw(en *entry) Draw {
	ev := &en.event
	return Draw{
		ID: ev.ID, By: ev.By, Day: ev.Day, Framework: ev.Framework, From: ev.From, To: ev.To, Seed: ev.Seed, Percent: ev.Percent,
		Drawn: ev.Drawn, Of: len(b.Pool(ev.Framework, ev.From, ev.To, View{Place: en.place - 1})),
	}
}

// VerifySample draws again what a recorded draw drew, from the claims as they
// stood then. The error is of the kind family.ErrNotFound if there is no such
// draw, and family.ErrCorrupt if it comes out differently.
func (b *Book) VerifySample(id string) error {
	i := slices.IndexFunc(b.draws, func(en *entry) bool { return en.event.ID == id })
	if i < 0 {
		return fmt.Errorf("no draw of claims %s; list the draws for those there are: %w", id, family.ErrNotFound)
	}
	ev := &b.draws[i].event
	again := Sample(b.Pool(ev.Framework, ev.From, ev.To, View{Place: b.draws[i].place - 1}), ev.Seed, ev.Percent)
	if !slices.Equal(again, ev.Drawn) {
		return fmt.Errorf("draw %s recorded %d claims, and drawing again gives %s: %w",
			id, len(ev.Drawn), strings.Join(again, ", "), family.ErrCorrupt)
	}
	return nil
}
