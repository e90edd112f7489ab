package casework

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/hearthmatch/hearth/family"
)

// Day is a day in a snapshot: YYYY-MM-DD, "" for an unknown one.
type Day family.Date

// MarshalText writes the day.
func (d Day) MarshalText() ([]byte, error) { return []byte(family.Date(d).String()), nil }

// UnmarshalText reads a day as MarshalText writes it, and no other way.
func (d *Day) UnmarshalText(text []byte) error {
	date, err := family.ParseDate(string(text))
	if err != nil || date.String() != string(text) {
		return family.ErrDate
	}
	*d = Day(date)
	return nil
}

// SnapshotVersion is the version of the form that EncodeSnapshot writes.
const SnapshotVersion = 1

// Snapshot is the evidence of a claim, frozen when it is made, so that an
// auditor years later sees what the claimant saw whatever the feeds have sent
// since. Its JSON is canonical: fields in the order below, blank ones left out,
// no spaces, UTF-8; equal snapshots are equal bytes. It holds personal data, and
// is kept and shown like the rows that it quotes.
type Snapshot struct {
	Version   int         `json:"version"`
	AsAt      Day         `json:"as_at"` // the day judged
	By        string      `json:"by"`    // who claimed
	Agency    string      `json:"agency,omitempty"`
	Made      Day         `json:"made"`                    // the day of the claim
	Place     uint64      `json:"journal_place,omitempty"` // up to which the journal was read
	Framework FrameworkAt `json:"framework"`
	Case      CaseFrozen  `json:"case"`
	Members   []MemberRow `json:"members,omitempty"`
	Result    ResultRow   `json:"result"`
	Needs     []NeedRow   `json:"needs,omitempty"`
	// Rows are the rows that the needs name, by feed and record_id, each once.
	Rows []EvidenceRow `json:"rows,omitempty"`
}

// FrameworkAt names the very rules that were applied.
type FrameworkAt struct {
	ID        string `json:"id"`
	Version   int    `json:"version"`
	Programme string `json:"programme,omitempty"` // the whole framework that it is an overlay of
	Hash      string `json:"file_sha256"`         // of its file's bytes, in hexadecimal
}

// CaseFrozen is the case as the claim rests on it.
type CaseFrozen struct {
	ID               string `json:"id"`
	Household        string `json:"household,omitempty"` // its id on the day of the claim
	Identified       Day    `json:"identified"`
	Agreed           Day    `json:"agreed"`
	Attached         Day    `json:"attached"`
	Planned          Day    `json:"planned"`
	Closed           Day    `json:"closed"`
	Ended            string `json:"ended,omitempty"`
	Plan             string `json:"plan,omitempty"`
	LeadAgency       string `json:"lead_agency,omitempty"`
	LeadPractitioner string `json:"lead_practitioner,omitempty"`
	Team             string `json:"team,omitempty"`
	Ward             string `json:"ward,omitempty"`
	District         string `json:"district,omitempty"`
	Cluster          string `json:"cluster,omitempty"`
	// Events are the ids of the case's events that stood, in their order.
	Events []string `json:"events,omitempty"`
}

// MemberRow is one member of the family on the day of the claim.
type MemberRow struct {
	Person string   `json:"person"`
	Role   string   `json:"role"` // as family.Role spells it
	From   Day      `json:"from"`
	To     Day      `json:"to"`
	Rows   []string `json:"records,omitempty"` // feed/record_id/part
}

// ResultRow is the result as it was judged.
type ResultRow struct {
	ID     string `json:"id"`
	Name   string `json:"name,omitempty"`
	Status string `json:"status"` // as family.OutcomeStatus spells it
	Reason string `json:"reason,omitempty"`
}

// NeedRow is one need with what has become of it.
type NeedRow struct {
	Rule      string      `json:"rule,omitempty"`      // the framework's outcome rule
	Criterion string      `json:"criterion,omitempty"` // the need; "" for a rule about the whole family
	Headline  string      `json:"headline,omitempty"`
	Status    string      `json:"status"`
	Persons   []string    `json:"persons,omitempty"`
	Baseline  *MeasureRow `json:"baseline,omitempty"`
	Now       *MeasureRow `json:"now,omitempty"`
	Since     Day         `json:"since"`
	Reason    string      `json:"reason,omitempty"`
	Evidence  []string    `json:"evidence,omitempty"` // feed/record_id, sorted
	// Confirmed is the event by which a professional confirmed that the need is
	// met, where that and no row shows it; "" elsewhere, and in snapshots of before
	// there were such events.
	Confirmed string `json:"confirmed,omitempty"`
}

// MeasureRow is what was counted over a window.
type MeasureRow struct {
	From  Day    `json:"from"`
	To    Day    `json:"to"`
	Text  string `json:"text,omitempty"`
	Value int64  `json:"value"`
	Of    int64  `json:"of"`
}

// EvidenceRow is one version of one row, with the columns that prove a need.
type EvidenceRow struct {
	Feed     string      `json:"feed"`
	ID       string      `json:"record_id"`
	Agency   string      `json:"agency,omitempty"`
	Delivery string      `json:"delivery,omitempty"`
	AsAt     Day         `json:"as_at"`
	Place    uint64      `json:"journal_place,omitempty"`
	Hash     string      `json:"row_sha256"`        // RowHash of the whole row
	Columns  []ColumnRow `json:"columns,omitempty"` // in the order of the feed's layout
}

// ColumnRow is one column of a row as it was delivered.
type ColumnRow struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// maxSnapshot is the most that a snapshot may hold, in bytes: far above what a
// family's evidence comes to, and what a journal takes at once.
const maxSnapshot = 8 << 20

// EncodeSnapshot writes a snapshot as canonical JSON. Bytes that are not UTF-8
// become U+FFFD. The error is of the kind family.ErrInvalid if it is too large.
func EncodeSnapshot(s Snapshot) ([]byte, error) {
	data, err := encodeSnapshot(s)
	if err == nil && bytes.Contains(data, []byte(`\ufffd`)) {
		// A text that is not UTF-8 is escaped once and plain the next time.
		var again Snapshot
		if err = json.Unmarshal(data, &again); err == nil {
			data, err = encodeSnapshot(again)
		}
	}
	return data, err
}

func encodeSnapshot(s Snapshot) ([]byte, error) {
	s.Version = SnapshotVersion
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return nil, fmt.Errorf("snapshot of a claim: %w", err)
	}
	data := bytes.TrimSuffix(out.Bytes(), []byte("\n"))
	if len(data) > maxSnapshot {
		return nil, fmt.Errorf("snapshot of a claim has %d bytes, more than %d; claim fewer needs at once: %w", len(data), maxSnapshot, family.ErrInvalid)
	}
	return data, nil
}

// DecodeSnapshot reads what EncodeSnapshot wrote, and nothing else: an unknown
// field, another version, trailing bytes or another way to write the same are
// refused with family.ErrCorrupt.
func DecodeSnapshot(data []byte) (Snapshot, error) {
	s, err := decodeSnapshot(data)
	if err != nil {
		return Snapshot{}, fmt.Errorf("not a claim's snapshot, %w: %w", err, family.ErrCorrupt)
	}
	return s, nil
}

func decodeSnapshot(data []byte) (Snapshot, error) {
	var s Snapshot
	if len(data) > maxSnapshot {
		return s, errors.New("it is too large")
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&s); err != nil {
		return s, errors.New("its JSON has another form") // the decoder's words may quote a value
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return s, errors.New("something follows it")
	}
	if s.Version != SnapshotVersion {
		return s, fmt.Errorf("its version is %d and this one reads %d", s.Version, SnapshotVersion)
	}
	again, err := EncodeSnapshot(s)
	if err != nil || !bytes.Equal(again, data) {
		return s, errors.New("its JSON is not canonical")
	}
	return s, nil
}

// SnapshotHash is the SHA-256 of a snapshot's bytes in lower-case hexadecimal.
func SnapshotHash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// VerifySnapshot reads a claim's snapshot and checks it against the hash that
// its event recorded; the error (family.ErrCorrupt) says which of them fails.
func VerifySnapshot(data []byte, hash string) (Snapshot, error) {
	if SnapshotHash(data) != hash {
		return Snapshot{}, fmt.Errorf("the snapshot's bytes are not those that the claim recorded (SHA-256 differs): %w", family.ErrCorrupt)
	}
	return DecodeSnapshot(data)
}
