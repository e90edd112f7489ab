package store

import (
	"bufio"
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/hearthmatch/hearth/family"
)

// TestMain runs a writer to be killed where the test asks for one.
func TestMain(m *testing.M) {
	if dir := os.Getenv("HEARTH_STORE_TEST_WRITER"); dir != "" {
		writeUntilKilled(dir)
	}
	os.Exit(m.Run())
}

// killKey seals the store of every second round.
var killKey = bytes.Repeat([]byte{9}, 32)

// writeUntilKilled appends rows and says on its standard output which are
// acknowledged. Each tenth delivery is sealed.
func writeUntilKilled(dir string) {
	s, err := open(Options{Dir: dir, Key: keyOf(dir)}, roomy())
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	fmt.Println("ready")
	for n := uint64(len(s.Deliveries())) + 1; ; n++ {
		info, err := s.OpenDelivery(testDelivery(fmt.Sprintf("d%d", n), day+family.Date(n)))
		for batch := 0; err == nil && batch < 20; batch++ {
			var entries []family.DeliveryEntry
			for range 50 {
				p := info.Acknowledged + int64(len(entries)) + 1
				entries = append(entries, family.DeliveryEntry{Position: p, Row: testRow(fmt.Sprintf("r%d", p), fmt.Sprintf("v%d-%d", n, p))})
			}
			if info, err = s.AppendRows(info.Number, entries); err == nil {
				fmt.Println("acked", n, info.Acknowledged)
			}
			if err == nil && batch%4 == 0 {
				var e family.CaseEvent
				if e, err = s.AppendCaseEvent(claimEvent(batch, fmt.Sprintf("evidence %d-%d", n, batch))); err == nil {
					fmt.Println("claimed", e.ID, n, batch)
				}
			}
		}
		if err == nil {
			if _, err = s.SealDelivery(info.Number, family.DeliveryAccepted, nil); err == nil {
				fmt.Println("sealed", n)
			}
		}
		if err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
	}
}

func keyOf(dir string) []byte {
	if strings.HasSuffix(dir, "sealed") {
		return killKey
	}
	return nil
}

// TestKill9 kills a writing process again and again: every row that it had
// acknowledged is there, of the delivery under way as of the sealed ones, and
// every claim with its evidence.
func TestKill9(t *testing.T) {
	rounds := 6
	if testing.Short() {
		rounds = 2
	}
	for _, name := range []string{"open", "sealed"} {
		dir := filepath.Join(t.TempDir(), name)
		acked, sealed, claimed := map[uint64]int64{}, map[uint64]bool{}, map[string]string{}
		for round := range rounds {
			killWriter(t, dir, rand.IntN(30*(1+round)), acked, sealed, claimed)
			checkKilled(t, dir, acked, sealed)
			checkKilledClaims(t, dir, claimed)
		}
	}
}

// killWriter runs the writer and kills it after so many lines of output.
func killWriter(t *testing.T, dir string, lines int, acked map[uint64]int64, sealed map[uint64]bool, claimed map[string]string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "HEARTH_STORE_TEST_WRITER="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	scan := bufio.NewScanner(out)
	for n := 0; scan.Scan(); n++ {
		if n == lines {
			cmd.Process.Signal(syscall.SIGKILL)
		}
		word := strings.Fields(scan.Text())
		switch word[0] {
		case "acked":
			number, _ := strconv.ParseUint(word[1], 10, 64)
			acked[number], _ = strconv.ParseInt(word[2], 10, 64)
		case "sealed":
			number, _ := strconv.ParseUint(word[1], 10, 64)
			sealed[number] = true
		case "claimed":
			claimed[word[1]] = fmt.Sprintf("evidence %s-%s", word[2], word[3])
		case "error":
			t.Errorf("the writer failed: %s", scan.Text())
		}
	}
	cmd.Wait()
}

func checkKilled(t *testing.T, dir string, acked map[uint64]int64, sealed map[uint64]bool) {
	t.Helper()
	s, err := open(Options{Dir: dir, Key: keyOf(dir)}, roomy())
	if err != nil {
		t.Fatalf("opening after the kill: %v", err)
	}
	defer s.Close()
	last := uint64(0)
	for _, d := range s.Deliveries() {
		if d.Acknowledged < acked[d.Number] {
			t.Fatalf("delivery %d: %d rows are there, %d were acknowledged", d.Number, d.Acknowledged, acked[d.Number])
		}
		if sealed[d.Number] && d.State != family.DeliveryAccepted {
			t.Fatalf("delivery %d was sealed and is %v", d.Number, d.State)
		}
		if d.Account.Accepted != d.Acknowledged {
			t.Fatalf("delivery %d: account %+v of %d rows", d.Number, d.Account, d.Acknowledged)
		}
		if d.State == family.DeliveryAccepted {
			last = max(last, d.Number)
		} else if d.Acknowledged%50 != 0 {
			t.Fatalf("delivery %d is torn at %d", d.Number, d.Acknowledged)
		}
	}
	if len(s.Deliveries()) < len(acked) {
		t.Fatalf("%d deliveries are there, %d were acknowledged", len(s.Deliveries()), len(acked))
	}
	n := 0
	err = s.LiveRows(0, family.Housing, func(r *family.Row) error {
		n++
		if want := fmt.Sprintf("v%d-%s", last, r.ID[1:]); r.Text(family.ColForename) != want {
			return fmt.Errorf("row %s: got %s, want %s", r.ID, r.Text(family.ColForename), want)
		}
		return nil
	})
	if err != nil || last > 0 && n != 1000 {
		t.Fatalf("%d live rows, %v", n, err)
	}
}

func checkKilledClaims(t *testing.T, dir string, claimed map[string]string) {
	t.Helper()
	s, err := open(Options{Dir: dir, Key: keyOf(dir)}, roomy())
	if err != nil {
		t.Fatalf("opening after the kill: %v", err)
	}
	defer s.Close()
	there := map[string]bool{}
	for _, e := range caseEvents(t, s, 0) {
		there[e.ID] = true
	}
	for id, want := range claimed {
		if got, err := s.CaseSnapshot(id); err != nil || string(got) != want || !there[id] {
			t.Fatalf("claim %s: got %q, %v, want %q", id, got, err, want)
		}
	}
}
