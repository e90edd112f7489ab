package household

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hearthmatch/hearth/family"
)

// drawKin draws rows that say, in agreement or not, what ten people are to one
// another: the even ones have dates of birth, the odd ones may not.
func drawKin(t *rapid.T) (rows []*family.Row, who map[string]string) {
	who = map[string]string{}
	person := rapid.IntRange(0, 9)
	dated := rapid.SliceOfN(rapid.Bool(), 10, 10).Draw(t, "dated")
	born := func(p int) string {
		if p%2 == 1 && !dated[p] {
			return ""
		}
		return fmt.Sprintf("%d-02-03", 1950+7*p)
	}
	for i := range rapid.IntRange(1, 24).Draw(t, "rows") {
		id, p, q := fmt.Sprint("r", i), person.Draw(t, "person"), person.Draw(t, "other")
		base := []any{family.ColForename, fmt.Sprint("Fore", p), family.ColSurname, fmt.Sprint("Sur", p), family.ColDOB, born(p),
			family.ColAddress1, address(t, "home"), family.ColPostcode, "ZE1 1AA"}
		var r *family.Row
		switch rapid.IntRange(0, 2).Draw(t, "feed") {
		case 0:
			start := family.NewDate(2023, 1, 1).AddMonths(rapid.IntRange(0, 20).Draw(t, "term"))
			r = row(family.Attendance, id, append(base, family.ColPeriodStart, start.String(), family.ColPeriodEnd, start.AddMonths(3).String(),
				family.ColContact1Forename, fmt.Sprint("Fore", q), family.ColContact1Surname, fmt.Sprint("Sur", q), family.ColContact1DOB, born(q),
				family.ColContact1Relationship, rapid.SampledFrom([]string{"mother", "father", "parent", "step-parent", "carer", "grandparent", "sibling", "social-worker"}).Draw(t, "is"),
				family.ColContact1SameAddress, rapid.SampledFrom([]string{"", "Y", "N"}).Draw(t, "same"))...)
			who[r.Ref().String()+"/contact1"] = fmt.Sprint("P", q)
		case 1:
			r = row(family.Housing, id, append(base, family.ColTenancyRef, fmt.Sprint("T", q%3), family.ColTenancyStart, day(t, "start", 2020),
				family.ColMovedOut, rapid.SampledFrom([]string{"", "", "2024-05-05"}).Draw(t, "out"),
				family.ColPersonRole, rapid.SampledFrom([]string{"tenant", "joint_tenant", "household_member"}).Draw(t, "role"),
				family.ColRelationshipToTenant, rapid.SampledFrom([]string{"", "self", "partner", "child", "parent", "sibling", "other-relative", "not-related"}).Draw(t, "to tenant"))...)
		case 2:
			r = row(family.Benefits, id, append(base, family.ColClaimRef, fmt.Sprint("C", q%3), family.ColBenefit, "UC", family.ColSpellStart, day(t, "start", 2021),
				family.ColSpellEnd, rapid.SampledFrom([]string{"", "", "2024-04-04"}).Draw(t, "end"),
				family.ColRole, rapid.SampledFrom([]string{"claimant", "partner", "dependant"}).Draw(t, "role"))...)
		}
		rows = append(rows, r)
		who[r.Ref().String()+"/subject"] = fmt.Sprint("P", p)
	}
	return rows, who
}

func TestKinshipProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, who := drawKin(t)
		in := Input{Persons: truePersons(rows, who), AsAt: testDay}
		want := Form(in)
		for _, h := range want {
			checkKin(t, in, h)
		}
		mixed := slices.Clone(in.Persons)
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		rng.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		if diff := cmp.Diff(want, Form(Input{Persons: mixed, AsAt: testDay, Workers: 3})); diff != "" {
			t.Fatalf("another order gives other households:\n%s", diff)
		}
	})
}

// checkKin checks what holds of all relations and contradictions.
func checkKin(t *rapid.T, in Input, h family.Household) {
	member, born := map[string]bool{}, map[string]family.Date{}
	for _, m := range h.Members {
		member[m.PersonID] = true
	}
	f := newFormer(in)
	f.gather()
	for i, p := range f.people {
		born[p.ID] = f.born[i] // 0 where it is not believed, and a contradiction
	}
	if !slices.IsSortedFunc(h.Relations, func(x, y family.Relation) int {
		return slices.Compare([]string{x.A, x.B, string('a' + rune(x.Kind))}, []string{y.A, y.B, string('a' + rune(y.Kind))})
	}) {
		t.Fatalf("relations are not sorted: %v", h.Relations)
	}
	mothers, parents := map[string]int{}, map[string][]string{}
	for _, r := range h.Relations {
		switch {
		case !member[r.A] || !member[r.B] || r.A == r.B:
			t.Fatalf("not of two members: %+v", r)
		case mutual(r.Kind) && r.A > r.B:
			t.Fatalf("a mutual relation the wrong way round: %+v", r)
		case r.Confidence <= 0 || r.Confidence > surestRelation || len(r.Evidence) == 0 || r.Kind == 0:
			t.Fatalf("no confidence or no rows: %+v", r)
		case r.To != 0 && (r.From >= r.To || r.To > testDay):
			t.Fatalf("ends before it begins, or to come: %+v", r)
		}
		if r.Kind == family.Mother && r.To == 0 {
			mothers[r.B]++
		}
		if isParent(r.Kind) && r.Confidence > doubted {
			parents[r.B] = append(parents[r.B], r.A)
			if a, b := born[r.A], born[r.B]; a != 0 && b != 0 && a.AddYears(youngestParent) > b {
				t.Fatalf("a parent too young: %+v", r)
			}
		}
	}
	for child, n := range mothers {
		if n > 1 {
			t.Fatalf("%s has %d mothers: %v", child, n, h.Relations)
		}
		if reachable(parents, child) {
			t.Fatalf("%s is an own ancestor: %v", child, h.Relations)
		}
	}
	for _, c := range h.Contradictions {
		if c.Kind == "" || c.Reason == "" || len(c.Evidence) == 0 || !slices.IsSorted(c.Persons) ||
			!slices.ContainsFunc(c.Persons, func(p string) bool { return member[p] }) {
			t.Fatalf("a contradiction that says nothing of the household: %+v", c)
		}
	}
}

// TestContradictingContact checks that a contact whom ages make impossible puts
// nobody together who is apart where the row calls the contact no relative,
// whatever else rows say.
func TestContradictingContact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, who := drawCouncil(t)
		// Two pupils of nearly one age, the one named as the other's parent.
		elder, younger := "2011-01-02", "2013-06-07"
		where, contactWhere := address(t, "home"), address(t, "contact's home")
		pupil := func(id, name, dob, at string, more ...any) *family.Row {
			return row(family.Attendance, id, append(more, family.ColForename, name, family.ColSurname, name, family.ColDOB, dob,
				family.ColAddress1, at, family.ColPostcode, "ZE1 1AA", family.ColPeriodStart, "2025-01-06", family.ColPeriodEnd, "2025-03-14")...)
		}
		contact := rapid.IntRange(0, 11).Draw(t, "true contact")
		given := []any{family.ColContact1Forename, fmt.Sprint("Fore", contact), family.ColContact1Surname, fmt.Sprint("Sur", contact%4),
			family.ColContact1Relationship, "mother", family.ColContact1SameAddress, "Y"}
		is := rapid.SampledFrom([]string{"mother", "father", "parent", "grandparent"}).Draw(t, "is")
		given = append(given, family.ColContact2Forename, "Elder", family.ColContact2Surname, "Elder", family.ColContact2DOB, elder,
			family.ColContact2SameAddress, rapid.SampledFrom([]string{"Y", ""}).Draw(t, "same"))
		form := func(relationship string) []family.Household {
			more := append(slices.Clone(given), family.ColContact2Relationship, relationship)
			all := append(slices.Clone(rows), pupil("elder", "Elder", elder, contactWhere), pupil("younger", "Younger", younger, where, more...))
			who["attendance/elder/subject"], who["attendance/younger/subject"] = "elder", "younger"
			who["attendance/younger/contact1"], who["attendance/younger/contact2"] = fmt.Sprint("P", contact), "elder"
			return Form(Input{Persons: truePersons(all, who), AsAt: testDay})
		}
		without, with := form("other"), form(is)
		home := map[string]string{}
		for id, people := range residents(without) {
			for _, p := range people {
				home[p] = id
			}
		}
		for _, people := range residents(with) {
			for _, p := range people {
				if home[p] != home[people[0]] {
					t.Fatalf("a contact who cannot be puts people together:\n%s", cmp.Diff(residents(without), residents(with)))
				}
			}
		}
		listed := false
		for _, h := range with {
			for _, c := range h.Contradictions {
				listed = listed || slices.Contains(c.Persons, "elder") && slices.Contains(c.Persons, "younger")
			}
		}
		if !listed && housed(residents(with), "younger") {
			t.Fatalf("the contradiction is not listed: %+v", with)
		}
	})
}

// housed says whether the person is of any household.
func housed(home map[string][]string, p string) bool {
	for _, people := range home {
		if slices.Contains(people, p) {
			return true
		}
	}
	return false
}

// TestManyAddresses checks that somebody at fifty addresses is of no family and
// that it is said where the person is named, and that an address with a crowd of
// residents is listed.
func TestManyAddresses(t *testing.T) {
	var rows []*family.Row
	who := map[string]string{}
	add := func(r *family.Row, subject, contact string) {
		rows = append(rows, r)
		who[r.Ref().String()+"/subject"], who[r.Ref().String()+"/contact1"] = subject, contact
	}
	for i := range 50 {
		add(row(family.Attendance, fmt.Sprint("a", i), family.ColForename, "Bea", family.ColSurname, fmt.Sprint("Vale", i), family.ColDOB, "2012-03-04",
			family.ColAddress1, fmt.Sprintf("%d Oak Road", i+1), family.ColPostcode, "ZE1 1AA", family.ColPeriodStart, "2025-01-06", family.ColPeriodEnd, "2025-03-14",
			family.ColContact1Forename, "Ana", family.ColContact1Surname, "Mover", family.ColContact1Relationship, "mother", family.ColContact1SameAddress, "Y"),
			fmt.Sprint("P", i), "mover")
	}
	for i := range 30 {
		add(row(family.Housing, fmt.Sprint("h", i), family.ColForename, "A", family.ColSurname, fmt.Sprint("Sur", i), family.ColDOB, "1980-01-01",
			family.ColAddress1, "Civic Centre", family.ColPostcode, "ZE1 1AB", family.ColTenancyRef, fmt.Sprint("T", i), family.ColPersonRole, "tenant",
			family.ColTenancyStart, "2020-01-01"), fmt.Sprint("C", i), "")
	}
	many, crowded := 0, 0
	for _, h := range Form(Input{Persons: truePersons(rows, who), AsAt: testDay}) {
		for _, m := range h.Members {
			if m.PersonID == "mover" && m.Current(testDay) {
				t.Errorf("a person at fifty addresses lives at %s", h.Address.Line1)
			}
		}
		for _, c := range h.Contradictions {
			many += b2i(c.Kind == "many_addresses")
			crowded += b2i(c.Kind == "crowded_address")
		}
	}
	if many == 0 || crowded != 30 {
		t.Errorf("contradictions listed: many_addresses %d, crowded_address %d, want some and 30", many, crowded)
	}
}

// FuzzLoops draws who is whose parent from bytes: strongly connected parts are
// those who reach one another, and nobody is left an own ancestor.
func FuzzLoops(f *testing.F) {
	f.Add([]byte{0x01, 0x12, 0x20})
	f.Add([]byte{0x01, 0x10, 0x23, 0x32, 0x13})
	f.Add([]byte{0x01, 0x01, 0x10, 0x45})
	f.Fuzz(func(t *testing.T, pairs []byte) {
		pairs = pairs[:min(len(pairs), 60)]
		var edges []edge
		var reach [16][16]bool
		var rows []*family.Row
		who := map[string]string{}
		for i, b := range pairs {
			parent, child := b>>4, b&15
			if parent == child {
				continue
			}
			edges = append(edges, edge{from: int32(parent), to: int32(child)})
			reach[parent][child] = true
			r := row(family.Attendance, fmt.Sprint("a", i), family.ColForename, "A", family.ColSurname, fmt.Sprint("Sur", child), family.ColAddress1, "1 Oak Road",
				family.ColPostcode, "ZE1 1AA", family.ColPeriodStart, "2025-01-06", family.ColPeriodEnd, "2025-03-14", family.ColContact1Forename, "A",
				family.ColContact1Surname, fmt.Sprint("Sur", parent), family.ColContact1Relationship, "parent", family.ColContact1SameAddress, "Y")
			rows = append(rows, r)
			who[r.Ref().String()+"/subject"], who[r.Ref().String()+"/contact1"] = fmt.Sprint("P", child), fmt.Sprint("P", parent)
		}
		for k := range reach {
			for i := range reach {
				for j := range reach {
					reach[i][j] = reach[i][j] || reach[i][k] && reach[k][j]
				}
			}
		}
		for i, part := range strong(edges) {
			e := edges[i]
			if looped := reach[e.to][e.from]; looped != (part >= 0) || looped && !(reach[e.from][part] && reach[part][e.from]) {
				t.Fatalf("edge %v of part %d, on a loop %v", e, part, looped)
			}
		}
		parents := map[string][]string{}
		for _, h := range Form(Input{Persons: truePersons(rows, who), AsAt: testDay}) {
			for _, r := range h.Relations {
				if isParent(r.Kind) && !slices.Contains(parents[r.B], r.A) {
					parents[r.B] = append(parents[r.B], r.A)
				}
			}
		}
		for p := range parents {
			if reachable(parents, p) {
				t.Fatalf("%s is an own ancestor: %v", p, parents)
			}
		}
	})
}

// reachable says whether p is of p's own ancestors.
func reachable(parents map[string][]string, p string) bool {
	seen := map[string]bool{}
	next := []string{p}
	for len(next) > 0 {
		q := next[len(next)-1]
		next = next[:len(next)-1]
		for _, r := range parents[q] {
			if r == p {
				return true
			}
			if !seen[r] {
				seen[r] = true
				next = append(next, r)
			}
		}
	}
	return false
}
