package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/ingest"
	"github.com/hearthmatch/hearth/pipeline"
)

// givenFlags name files that say who is who and who lives with whom, so that
// frameworks are tried without a service and without linking anybody.
type givenFlags struct {
	feeds, links, households, persons string
	nominations                       string
	asAt                              dateFlag
	notCovered                        []string
}

func (g *givenFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&g.feeds, "feeds", "", "the folder with attendance.csv, police.csv and the others")
	f.StringVar(&g.links, "links", "", "who is who: a file as `hearth export links` writes it")
	f.StringVar(&g.households, "households", "", "who lives with whom: a file as `hearth export households` writes it")
	f.StringVar(&g.persons, "persons", "", "dates of birth and death, where they are known better than by the rows")
	f.StringVar(&g.nominations, "nominations", "", "what professionals put families forward for: household_id, needs (ids joined by ;), day, agency")
	f.Var(&g.asAt, "as-at", "the day to score at")
	f.StringSliceVar(&g.notCovered, "not-covered", nil, "feeds that do not cover the whole area, such as police")
}

// any says whether one of the flags was given.
func (g *givenFlags) any() bool {
	return g.feeds != "" || g.links != "" || g.households != "" || g.asAt.Date != 0 || g.persons != "" || g.nominations != ""
}

// check says which flags are missing, all of them at once.
func (g *givenFlags) check() error {
	var missing []string
	for _, f := range []struct {
		name  string
		given bool
	}{{"--feeds", g.feeds != ""}, {"--links", g.links != ""}, {"--households", g.households != ""}, {"--as-at", g.asAt.Date != 0}} {
		if !f.given {
			missing = append(missing, f.name)
		}
	}
	if len(missing) > 0 {
		return usageError("missing: %s", strings.Join(missing, ", "))
	}
	for _, name := range g.notCovered {
		if _, err := family.ParseFeed(name); err != nil {
			return usageError("--not-covered: unknown feed; choose one of %s", feedList())
		}
	}
	return nil
}

// given reads all that the flags name. What is left out or refused is said.
func (p *program) given(g *givenFlags) (pipeline.Given, error) {
	in := pipeline.Given{AsAt: g.asAt.Date}
	r := &feedsReader{p: p, flags: g, in: &in, bar: p.newProgress("read feeds", true)}
	err := r.read()
	r.bar.end(err == nil)
	if err != nil {
		return in, err
	}
	if len(in.Deliveries) == 0 {
		return in, fmt.Errorf("%s: holds no feed; name the folder of attendance.csv, police.csv, housing.csv, benefits.csv and involvement.csv", g.feeds)
	}
	if in.Persons, err = readLinks(g.links); err != nil {
		return in, err
	}
	if in.Households, err = readHouseholds(g.households); err != nil {
		return in, err
	}
	if g.persons != "" {
		in.Profiles, err = readProfiles(g.persons)
	}
	if g.nominations != "" && err == nil {
		in.Nominations, err = readNominations(g.nominations)
	}
	p.sayWhatFits(&in)
	return in, err
}

// feedsReader reads the feeds of a folder.
type feedsReader struct {
	p           *program
	flags       *givenFlags
	in          *pipeline.Given
	bar         *progress
	done, total int64 // bytes of the feeds read, and of all
}

func (r *feedsReader) read() error {
	var feeds []family.Feed
	for _, feed := range family.Feeds() {
		info, err := os.Stat(r.path(feed))
		if err == nil {
			feeds, r.total = append(feeds, feed), r.total+info.Size()
		} else if !feed.Reference() {
			r.p.say("%s is not there: %s counts as not delivered, and what rests on it is unknown", r.path(feed), feed)
		}
	}
	for _, feed := range feeds {
		if err := r.feed(feed); err != nil {
			return err
		}
	}
	return nil
}

func (r *feedsReader) path(feed family.Feed) string {
	return filepath.Join(r.flags.feeds, feed.String()+".csv")
}

// feed adds a feed's live rows and its delivery.
func (r *feedsReader) feed(feed family.Feed) error {
	day := r.flags.asAt.Date
	whole, err := ingest.ReadWhole(r.path(feed), feed, day, max(r.p.today(), day), func(done, _ int64) { r.bar.set(r.done+done, r.total) })
	if err != nil {
		return err
	}
	if info, err := os.Stat(r.path(feed)); err == nil {
		r.done += info.Size()
		r.bar.set(r.done, r.total)
	}
	r.p.sayRefused(r.path(feed), &whole)
	if whole.Held {
		return refused(fmt.Errorf("%s: more than a fifth of its rows are refused, so that a service would hold it; correct the file", r.path(feed)))
	}
	for _, row := range whole.Rows {
		if !row.Deleted {
			r.in.Rows = append(r.in.Rows, row)
		}
	}
	d := family.Delivery{Feed: feed, Agency: feed.String(), AsAt: day}
	if slices.Contains(r.flags.notCovered, feed.String()) {
		d.Organisations = []string{"a part of the area"}
	}
	r.in.Deliveries = append(r.in.Deliveries, d)
	return nil
}

func (p *program) sayRefused(path string, w *ingest.Whole) {
	if w.Account.Rejected == 0 {
		return
	}
	p.say("%s: %d of %d rows refused", path, w.Account.Rejected, w.Account.Rows)
	for _, r := range w.Refused[:min(len(w.Refused), 5)] {
		p.say("  %d rows: %s: %s", r.Rows, r.Column, r.Detail)
	}
}

// sayWhatFits tells of rows that nobody is linked to and of links to rows that
// are not there: of the wrong files, most are.
func (p *program) sayWhatFits(in *pipeline.Given) {
	rows := make(map[family.RowRef]bool, len(in.Rows))
	for _, r := range in.Rows {
		rows[r.Ref()] = true
	}
	astray := 0
	linked := make(map[family.RowRef]bool, len(rows))
	for ref := range in.Persons {
		if linked[ref.RowRef] = true; !rows[ref.RowRef] {
			astray++
		}
	}
	unlinked := 0
	for _, r := range in.Rows {
		if !r.Feed.Reference() && !linked[r.Ref()] && len(family.Records(r)) > 0 {
			unlinked++
		}
	}
	if astray > 0 {
		p.say("%d of %d links name a row that the feeds do not hold", astray, len(in.Persons))
	}
	if unlinked > 0 {
		p.say("%d rows are linked to nobody and count for nobody", unlinked)
	}
}

// readLinks reads whom each record describes.
func readLinks(path string) (map[family.RecordRef]string, error) {
	out := map[family.RecordRef]string{}
	err := readColumns(path, []string{"feed", "record_id", "part", "person_id"}, nil, func(f []string) error {
		ref, err := family.ParseRecordRef(f[0] + "/" + f[1] + "/" + f[2])
		if err != nil {
			return errors.New("names no record; write a feed, its record_id, and subject, contact1 or contact2")
		}
		if before, ok := out[ref]; ok && before != f[3] {
			return errors.New("the record is linked to two persons; give it one")
		}
		if f[3] == "" {
			return errors.New("person_id is blank; leave the line out")
		}
		out[ref] = f[3]
		return nil
	})
	return out, err
}

// communal is a role of the truth about fictional councils alone: somebody who
// lives in a care home or the like, who is no household's member.
const communal = "communal_resident"

// readHouseholds reads who belongs to each household, in the order of the file.
func readHouseholds(path string) ([]family.Household, error) {
	at := map[string]int{}
	var out []family.Household
	err := readColumns(path, []string{"household_id", "person_id", "role", "from", "to"}, []string{"confidence", "certainty", "protected"},
		func(f []string) error {
			role, err := roleNamed(f[2])
			if err != nil {
				return err
			}
			from, errFrom := family.ParseDate(f[3])
			to, errTo := family.ParseDate(f[4])
			if errFrom != nil || errTo != nil {
				return errors.New("from and to are days, such as 2025-09-30, or blank")
			}
			i, ok := at[f[0]]
			if !ok {
				i = len(out)
				at[f[0]], out = i, append(out, family.Household{ID: f[0], Certainty: 1})
			}
			h := &out[i]
			m := family.Member{PersonID: f[1], Role: role, From: from, To: to, Confidence: 1}
			if err := errors.Join(fraction(f[5], &m.Confidence), fraction(f[6], &h.Certainty)); err != nil {
				return err
			}
			h.Protected = h.Protected || f[7] == "Y"
			if role != 0 {
				h.Members = append(h.Members, m)
			}
			return nil
		})
	return out, err
}

// roleNamed reads a role; 0 for one that counts in no household.
func roleNamed(s string) (family.Role, error) {
	for r := family.Adult; r <= family.DualResidentChild; r++ {
		if strings.EqualFold(s, r.String()) {
			return r, nil
		}
	}
	if strings.EqualFold(s, communal) {
		return 0, nil
	}
	return 0, errors.New("unknown role; write adult, child, non_resident_parent, associate or dual_resident_child")
}

// fraction reads a number from 0 to 1 that is given.
func fraction(text string, to *float64) error {
	if text == "" {
		return nil
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !(n >= 0 && n <= 1) {
		return errors.New("confidence and certainty are numbers from 0 to 1, or blank")
	}
	*to = n
	return nil
}

// readProfiles reads dates of birth and death that are known apart from rows.
func readProfiles(path string) (map[string]family.Profile, error) {
	out := map[string]family.Profile{}
	err := readColumns(path, []string{"person_id", "dob"}, []string{"died"}, func(f []string) error {
		born, errBorn := family.ParseDate(f[1])
		died, errDied := family.ParseDate(f[2])
		if errBorn != nil || errDied != nil {
			return errors.New("dob and died are days, such as 2012-05-05, or blank")
		}
		out[f[0]] = family.Profile{DOB: born, Died: died}
		return nil
	})
	return out, err
}

// readNominations reads what professionals put households forward for. Each is
// named by its line, as those of a service are by their events.
func readNominations(path string) (map[string][]eligibility.Nomination, error) {
	out := map[string][]eligibility.Nomination{}
	n := 0
	err := readColumns(path, []string{"household_id", "needs"}, []string{"day", "agency", "framework"}, func(f []string) error {
		day, err := family.ParseDate(f[2])
		needs := splitList(f[1])
		if err != nil || len(needs) == 0 {
			return errors.New("needs are ids of criteria or headlines joined by ; and day is a day, such as 2025-09-30, or blank")
		}
		n++
		slices.Sort(needs)
		out[f[0]] = append(out[f[0]], eligibility.Nomination{ID: fmt.Sprintf("E%d", n), Needs: needs, Day: day, Agency: f[3], Framework: f[4]})
		return nil
	})
	return out, err
}

// readColumns reads named columns of a CSV file, in whatever order it has them,
// and others that may be missing, which are then blank. yield's slice is used
// again. Errors name file and line, never a value.
func readColumns(path string, needed, wished []string, yield func([]string) error) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("%s: %w; check the path", path, pathless(err))
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.ReuseRecord = true
	header, err := r.Read()
	if err != nil {
		return fmt.Errorf("%s: has no header; it needs the columns %s", path, strings.Join(needed, ", "))
	}
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	places := make([]int, 0, len(needed)+len(wished))
	for i, c := range slices.Concat(needed, wished) {
		at := slices.Index(header, c)
		if at < 0 && i < len(needed) {
			return fmt.Errorf("%s: has no column %s; it needs the columns %s", path, c, strings.Join(needed, ", "))
		}
		places = append(places, at)
	}
	fields := make([]string, len(places))
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		line, _ := r.FieldPos(0)
		if err != nil {
			return fmt.Errorf("%s: line %d: has more or fewer fields than the header, or a quote that is not closed", path, line)
		}
		for i, at := range places {
			if fields[i] = ""; at >= 0 {
				fields[i] = strings.Clone(row[at])
			}
		}
		if err := yield(fields); err != nil {
			return fmt.Errorf("%s: line %d: %w", path, line, err)
		}
	}
}
