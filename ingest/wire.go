package ingest

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/hearthmatch/hearth/family"
	feedpb "github.com/hearthmatch/hearth/proto/hearth/feed/v1"
)

// wireField is one column's place in a feed's Go message type. Its protobuf
// field number is the column's number.
type wireField struct {
	index  int
	column family.Column
}

// wireType is a feed's message type with its columns by number.
type wireType struct {
	fields []wireField
	index  [family.NumColumns]int // of the Go field; -1 if there is none
}

// wireTypes is indexed by feed.
var wireTypes = func() []wireType {
	types := make([]wireType, family.Targets+1)
	for _, feed := range family.Feeds() {
		_, m := newWireRow(feed)
		types[feed] = newWireType(reflect.TypeOf(m).Elem())
	}
	return types
}()

func newWireType(t reflect.Type) wireType {
	w := wireType{}
	for i := range w.index {
		w.index[i] = -1
	}
	for i := range t.NumField() {
		// The generated tag reads bytes,29,opt,name=…
		tag := strings.Split(t.Field(i).Tag.Get("protobuf"), ",")
		if len(tag) < 2 {
			continue
		}
		n, err := strconv.Atoi(tag[1])
		if err != nil || n <= 0 || n >= family.NumColumns {
			panic("ingest: a row message has a field that is no column")
		}
		w.fields = append(w.fields, wireField{i, family.Column(n)})
		w.index[n] = i
	}
	slices.SortFunc(w.fields, func(a, b wireField) int { return int(a.column) - int(b.column) })
	return w
}

// newWireRow makes an empty row message of a feed, and the part of it that
// holds the columns.
func newWireRow(feed family.Feed) (*feedpb.Row, proto.Message) {
	switch feed {
	case family.Attendance:
		m := new(feedpb.AttendanceRow)
		return &feedpb.Row{Row: &feedpb.Row_Attendance{Attendance: m}}, m
	case family.Police:
		m := new(feedpb.PoliceRow)
		return &feedpb.Row{Row: &feedpb.Row_Police{Police: m}}, m
	case family.Housing:
		m := new(feedpb.HousingRow)
		return &feedpb.Row{Row: &feedpb.Row_Housing{Housing: m}}, m
	case family.Benefits:
		m := new(feedpb.BenefitsRow)
		return &feedpb.Row{Row: &feedpb.Row_Benefits{Benefits: m}}, m
	case family.Involvement:
		m := new(feedpb.InvolvementRow)
		return &feedpb.Row{Row: &feedpb.Row_Involvement{Involvement: m}}, m
	case family.Addresses:
		m := new(feedpb.AddressRow)
		return &feedpb.Row{Row: &feedpb.Row_Address{Address: m}}, m
	case family.Schools:
		m := new(feedpb.SchoolRow)
		return &feedpb.Row{Row: &feedpb.Row_School{School: m}}, m
	case family.Population:
		m := new(feedpb.PopulationRow)
		return &feedpb.Row{Row: &feedpb.Row_Population{Population: m}}, m
	default:
		m := new(feedpb.TargetRow)
		return &feedpb.Row{Row: &feedpb.Row_Target{Target: m}}, m
	}
}

// fillWire puts values into a message of the feed.
func fillWire(feed family.Feed, m proto.Message, values []family.Value) {
	w, at := &wireTypes[feed], reflect.ValueOf(m).Elem()
	for _, v := range values {
		if i := w.index[v.Column]; i >= 0 {
			at.Field(i).SetString(v.Text)
		}
	}
}

// wireRows makes row messages of a feed and uses them again for the next
// message, which saves a sender most of its memory.
type wireRows struct {
	feed family.Feed
	rows []*feedpb.Row
	used int
}

// reset takes all rows back.
func (w *wireRows) reset() { w.used = 0 }

// row returns a row message with the values.
func (w *wireRows) row(values []family.Value) *feedpb.Row {
	if w.used == len(w.rows) {
		row, _ := newWireRow(w.feed)
		w.rows = append(w.rows, row)
	}
	row := w.rows[w.used]
	w.used++
	_, m := messageOf(row)
	proto.Reset(m)
	fillWire(w.feed, m, values)
	return row
}

// unreadableToWire makes the message that stands for a line that is no row.
func unreadableToWire(key string, problems []family.Problem) *feedpb.Row {
	u := &feedpb.UnreadableRow{RecordId: key, Problems: problemsToWire(problems)}
	return &feedpb.Row{Row: &feedpb.Row_Unreadable{Unreadable: u}}
}

// messageOf returns the part of a row message that holds the columns, and
// which feed's it is; feed 0 for an unreadable row or none.
func messageOf(row *feedpb.Row) (family.Feed, proto.Message) {
	switch r := row.GetRow().(type) {
	case *feedpb.Row_Attendance:
		return family.Attendance, r.Attendance
	case *feedpb.Row_Police:
		return family.Police, r.Police
	case *feedpb.Row_Housing:
		return family.Housing, r.Housing
	case *feedpb.Row_Benefits:
		return family.Benefits, r.Benefits
	case *feedpb.Row_Involvement:
		return family.Involvement, r.Involvement
	case *feedpb.Row_Address:
		return family.Addresses, r.Address
	case *feedpb.Row_School:
		return family.Schools, r.School
	case *feedpb.Row_Population:
		return family.Population, r.Population
	case *feedpb.Row_Target:
		return family.Targets, r.Target
	}
	return 0, nil
}

// fromWire appends the filled columns of a row message, by column, to values.
// It says whether the message has fields that the contract does not.
func fromWire(feed family.Feed, m proto.Message, values []family.Value) (_ []family.Value, undeclared bool) {
	at := reflect.ValueOf(m).Elem()
	for _, f := range wireTypes[feed].fields {
		if text := at.Field(f.index).String(); text != "" {
			values = append(values, family.Value{Column: f.column, Text: text})
		}
	}
	return values, len(m.ProtoReflect().GetUnknown()) > 0
}

func problemsToWire(problems []family.Problem) []*feedpb.Problem {
	out := make([]*feedpb.Problem, len(problems))
	for i, p := range problems {
		out[i] = &feedpb.Problem{Column: p.Column, Reason: p.Reason, Detail: p.Detail}
	}
	return out
}

// problemsFromWire takes the problems that a sender's file reader found. The
// sentences are our own: a sender's could repeat a value.
func problemsFromWire(problems []*feedpb.Problem) []family.Problem {
	out := make([]family.Problem, 0, len(problems))
	for _, p := range problems[:min(len(problems), family.NumColumns)] {
		reason := p.GetReason()
		if _, ok := details[reason]; !ok {
			reason = reasonUnreadable
		}
		out = append(out, problem(family.ParseColumn(p.GetColumn()), reason))
	}
	if len(out) == 0 {
		out = append(out, problem(0, reasonUnreadable))
	}
	return out
}

func accountToWire(a family.Account) *feedpb.Account {
	return &feedpb.Account{
		Rows: a.Rows, Accepted: a.Accepted, Rejected: a.Rejected, Superseded: a.Superseded,
		Held: a.Held, Withdrawn: a.Withdrawn, Reported: a.Reported,
	}
}

func accountFromWire(a *feedpb.Account) family.Account {
	return family.Account{
		Rows: a.GetRows(), Accepted: a.GetAccepted(), Rejected: a.GetRejected(), Superseded: a.GetSuperseded(),
		Held: a.GetHeld(), Withdrawn: a.GetWithdrawn(), Reported: a.GetReported(),
	}
}

func keyToWire(d family.Delivery) *feedpb.DeliveryKey {
	return &feedpb.DeliveryKey{Feed: feedpb.Feed(d.Feed), Agency: d.Agency, DeliveryId: d.ID}
}

func deliveryToWire(d family.Delivery) *feedpb.Delivery {
	out := &feedpb.Delivery{
		Key: keyToWire(d), AsAt: d.AsAt.String(), PeriodFrom: d.From.String(), PeriodTo: d.To.String(),
		Organisations: d.Organisations, ContentHash: d.ContentHash,
	}
	if d.DeclaredRows >= 0 {
		out.DeclaredRows = proto.Int64(d.DeclaredRows)
	}
	return out
}

func infoToWire(d family.DeliveryInfo) *feedpb.DeliveryInfo {
	return &feedpb.DeliveryInfo{
		Delivery: deliveryToWire(d.Delivery), State: feedpb.DeliveryState(d.State),
		Account: accountToWire(d.Account), Warnings: d.Warnings,
	}
}
