package ingest

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/hearthmatch/hearth/family"
	feedpb "github.com/hearthmatch/hearth/proto/hearth/feed/v1"
)

// attendanceFile writes n rows of the attendance feed, filled as a school's
// system fills them.
func attendanceFile(t testing.TB, n int) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("record_id,upn,forename,middle_names,surname,dob,sex,address_1,town,postcode,uprn,phone,school_urn,school_name," +
		"enrolment_status,nc_year,on_roll,provision,period_start,period_end,sessions_possible,sessions_authorised," +
		"sessions_unauthorised,suspensions,permanent_exclusion,contact1_forename,contact1_surname,contact1_relationship," +
		"contact1_parental_responsibility,contact1_same_address,contact1_phone,contact2_forename,contact2_surname," +
		"contact2_relationship,contact2_parental_responsibility,contact2_address_1,contact2_postcode,deleted\n")
	for i := range n {
		fmt.Fprintf(&b, "att-%07d,B801200005001,Ada,Grace,Okafor,2012-%02d-%02d,F,%d Elm Row,Elmfield,SW1A 1AA,1000%08d,07700 900123,"+
			"123456,Elm Primary,C,8,Y,mainstream,2025-09-01,2025-12-19,140,%d,%d,0,N,Chi,Okafor,mother,Y,Y,07700 900124,"+
			"Obi,Okafor,father,Y,\"7 Oak Lane, Flat 2\",M1 1AE,\n", i, i%12+1, i%28+1, i%300, i, i%9, i%7)
	}
	return inFile(t, "attendance.csv", b.String())
}

func perSecond(b *testing.B, n int) {
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkFileReader(b *testing.B) {
	const n = 20_000
	path := attendanceFile(b, n)
	b.ReportAllocs()
	rows := 0
	for b.Loop() {
		r, err := OpenFile(path, family.Attendance, FileOptions{})
		if err != nil {
			b.Fatal(err)
		}
		for err = nil; err == nil; rows++ {
			_, _, err = r.Next()
		}
		if !errors.Is(err, io.EOF) {
			b.Fatal(err)
		}
		r.Close()
	}
	perSecond(b, rows)
}

func BenchmarkCheck(b *testing.B) {
	r, err := OpenFile(attendanceFile(b, 1000), family.Attendance, FileOptions{})
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	var rows [][]family.Value
	for {
		values, _, err := r.Next()
		if err != nil {
			break
		}
		sorted, _ := fromWire(family.Attendance, mustMessage(values), nil)
		rows = append(rows, sorted)
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		if row, refused, _ := Check(family.Attendance, rows[n%len(rows)], testToday); row == nil {
			b.Fatal(refused)
		}
		n++
	}
	perSecond(b, n)
}

func mustMessage(values []family.Value) *feedpb.AttendanceRow {
	return toWire(family.Attendance, values).GetAttendance()
}

// sink is a store that keeps nothing.
type sink struct{ *memory }

func (s sink) AppendRows(number uint64, entries []family.DeliveryEntry) (family.DeliveryInfo, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	info := &s.all[number-1].info
	info.Acknowledged += int64(len(entries))
	info.Account.Rows += int64(len(entries))
	for _, e := range entries {
		if e.Rejection != nil {
			info.Account.Rejected++
		}
	}
	return *info, nil
}

func (s sink) Owner(family.RowRef) (string, bool) { return "", false }

// BenchmarkPush measures the way from a file through gRPC on the machine's own
// network to a store that keeps nothing, client and service in one process.
func BenchmarkPush(b *testing.B) {
	const n = 50_000
	opt := PushOptions{Feed: family.Attendance, File: attendanceFile(b, n), Agency: "schools", AsAt: testToday}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	server := grpc.NewServer()
	feedpb.RegisterFeedServiceServer(server, NewService(sink{newMemory()}, ServiceOptions{Today: func() family.Date { return testToday }}))
	go server.Serve(listener)
	defer server.Stop()
	conn, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	b.ReportAllocs()
	rows := 0
	for b.Loop() {
		rows += n
		opt.DeliveryID = fmt.Sprint(rows)
		res, err := Push(b.Context(), conn, opt)
		if err != nil || res.Account.Rows != n || res.Account.Rejected != 0 {
			b.Fatalf("%+v, %v", res, err)
		}
	}
	perSecond(b, rows)
}

// toWire makes a row message of values, all of which the feed declares.
func toWire(feed family.Feed, values []family.Value) *feedpb.Row {
	row, m := newWireRow(feed)
	fillWire(feed, m, values)
	return row
}
