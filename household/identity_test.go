package household

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/synth"
)

// TestIdentity checks that a family keeps its id through what happens to
// families.
func TestIdentity(t *testing.T) {
	const family1 = `asat 2025-03-14
housing h1 mum: forename=Ana; surname=Vale; dob=1985-01-02; address_1=1 Oak Road; postcode=ZE1 1AA; tenancy_ref=T1; person_role=tenant; tenancy_start=2019-05-01
housing h2 dad: forename=Col; surname=Vale; dob=1980-01-02; address_1=1 Oak Road; postcode=ZE1 1AA; tenancy_ref=T1; person_role=joint_tenant; tenancy_start=2019-05-01
attendance a1 girl mum dad: forename=Bea; surname=Vale; dob=2008-03-04; address_1=1 Oak Road; postcode=ZE1 1AA; period_start=2025-01-06; period_end=2025-03-14; contact1_forename=Ana; contact1_surname=Vale; contact1_relationship=mother; contact1_same_address=Y; contact2_forename=Col; contact2_surname=Vale; contact2_relationship=father; contact2_same_address=Y
attendance a2 boy mum dad: forename=Eli; surname=Vale; dob=2015-03-04; address_1=1 Oak Road; postcode=ZE1 1AA; period_start=2025-01-06; period_end=2025-03-14; contact1_forename=Ana; contact1_surname=Vale; contact1_relationship=mother; contact1_same_address=Y; contact2_forename=Col; contact2_surname=Vale; contact2_relationship=father; contact2_same_address=Y
`
	for _, tc := range []struct {
		name   string
		change func(string) string
		of     string // whose household keeps the id
	}{
		{"nothing", func(s string) string { return s }, "boy"},
		{"the mother dies", func(s string) string {
			return s + "involvement i1 mum: forename=Ana; surname=Vale; dob=1985-01-02; agency_kind=health; episode_type=death; date_of_death=2024-02-03\n"
		}, "boy"},
		{"the mother leaves", func(s string) string {
			return strings.Replace(strings.Replace(s, "person_role=tenant;", "moved_out=2024-12-01; person_role=tenant;", 1), "relationship=mother; contact1_same_address=Y", "relationship=mother; contact1_same_address=N", 2) +
				"housing h3 mum: forename=Ana; surname=Vale; dob=1985-01-02; address_1=9 Elm Close; postcode=ZE1 2BB; tenancy_ref=T2; person_role=tenant; tenancy_start=2024-12-01\n"
		}, "boy"},
		{"the father leaves", func(s string) string {
			return strings.Replace(s, "person_role=joint_tenant;", "moved_out=2024-12-01; person_role=joint_tenant;", 1)
		}, "boy"},
		{"the eldest comes of age", func(s string) string { return strings.Replace(s, "asat 2025", "asat 2026", 1) }, "boy"},
		{"the eldest, grown, leaves", func(s string) string {
			return strings.Replace(s, "asat 2025", "asat 2026", 1) +
				"housing h3 girl: forename=Bea; surname=Vale; dob=2008-03-04; address_1=9 Elm Close; postcode=ZE1 2BB; tenancy_ref=T2; person_role=tenant; tenancy_start=2026-03-10; asat=2026-03-14\n"
		}, "boy"},
		{"they move", func(s string) string {
			return strings.ReplaceAll(s, "address_1=1 Oak Road; postcode=ZE1 1AA", "address_1=9 Elm Close; postcode=ZE1 2BB")
		}, "boy"},
		{"a child is born", func(s string) string {
			return s + "housing h3 baby: forename=Ida; surname=Vale; dob=2025-02-02; address_1=1 Oak Road; postcode=ZE1 1AA; tenancy_ref=T1; person_role=household_member; relationship_to_tenant=child; moved_in=2025-02-02\n"
		}, "baby"},
	} {
		before, after := Form(readStory(t, family1)), Form(readStory(t, tc.change(family1)))
		if a, b := idOf(before, "boy"), idOf(after, tc.of); a == "" || a != b {
			t.Errorf("%s: the household of %s is %q, not %q", tc.name, tc.of, b, a)
		}
	}
}

func idOf(hs []family.Household, person string) string {
	for id, people := range residents(hs) {
		if slices.Contains(people, person) {
			return id
		}
	}
	return ""
}

// TestIdentityOverNights checks that, where one in a hundred people moves and
// one in a hundred rows changes, the other households keep their ids.
func TestIdentityOverNights(t *testing.T) {
	dir := t.TempDir()
	if err := synth.Generate(synth.Options{People: 3000, Seed: 3, AsAt: testDay}, dir, nil); err != nil {
		t.Fatal(err)
	}
	in := readCouncil(t, dir).in
	before := Form(in)
	rng := rand.New(rand.NewPCG(3, 3))
	moved := map[string]bool{}
	changed := map[family.RowRef]*family.Row{}
	for i := range in.Persons {
		p := &in.Persons[i]
		for j, rec := range p.Records {
			if row, ok := changed[rec.Row.Ref()]; ok {
				if row != nil {
					p.Records[j] = again(rec, row)
				}
				continue
			}
			changed[rec.Row.Ref()] = nil
			if rng.IntN(100) == 0 {
				values := slices.Clone(rec.Row.Values())
				row := family.NewRow(rec.Row.Feed, rec.Row.ID, slices.Delete(values, rng.IntN(len(values)), len(values)))
				row.Agency, row.AsAt, row.Seq = rec.Row.Agency, rec.Row.AsAt, rec.Row.Seq
				changed[rec.Row.Ref()], p.Records[j] = row, again(rec, row)
			}
		}
		if rng.IntN(100) == 0 {
			moved[p.ID] = true
			r := row(family.Housing, "new"+p.ID, family.ColAddress1, "99 Newly Built Road", family.ColAddress2, "Plot "+p.ID, family.ColPostcode, "ZE9 9ZZ",
				family.ColForename, "A", family.ColSurname, "B", family.ColTenancyRef, "new"+p.ID, family.ColPersonRole, "tenant", family.ColTenancyStart, "2025-03-14")
			p.Records, p.Probability = append(p.Records, &family.Records(r)[0]), append(p.Probability, 1)
		}
	}
	now := residents(Form(in))
	others, kept := 0, 0
	for id, people := range residents(before) {
		if !slices.ContainsFunc(people, func(p string) bool { return moved[p] }) {
			others++
			kept += b2i(len(now[id]) > 0)
		}
	}
	if len(moved) < 10 || others < 500 || kept*1000 < others*990 {
		t.Errorf("%d moved; of %d other households %d keep their id", len(moved), others, kept)
	}
}

// again is the record of the same part of a row's newer version.
func again(rec *family.Record, row *family.Row) *family.Record {
	for _, r := range family.Records(row) {
		if r.Part == rec.Part {
			return &r
		}
	}
	return rec
}
