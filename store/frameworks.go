package store

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/store/journal"
)

// maxFramework is the longest a framework's file, or its test cases, may be.
const maxFramework = 4 << 20

// PublishFramework keeps a framework's file and returns it with its journal
// place, and with the present time where it has none. It is on disk when it
// returns, and takes effect with the first night after it.
//
// Whether the file is a framework is the caller's to check; here one without
// id, file, name of the publisher or reason, or too long, is ErrInvalid.
func (s *Store) PublishFramework(f family.PublishedFramework) (family.PublishedFramework, error) {
	var missing []string
	for _, x := range []struct{ what, text string }{
		{"an id", f.ID}, {"a file", string(f.File)}, {"who publishes it", f.By}, {"a reason", f.Reason},
	} {
		if strings.TrimSpace(x.text) == "" {
			missing = append(missing, x.what)
		}
	}
	switch {
	case len(missing) > 0:
		return f, fmt.Errorf("publishing a framework needs %s: %w", strings.Join(missing, ", "), family.ErrInvalid)
	case len(f.File) > maxFramework || len(f.Cases) > maxFramework:
		return f, fmt.Errorf("a framework's file and its cases have at most %d bytes each: %w", maxFramework, family.ErrInvalid)
	}
	if f.At.IsZero() {
		f.At = s.opt.Now()
	}
	f.At, f.File, f.Cases = f.At.UTC(), slices.Clone(f.File), slices.Clone(f.Cases)
	_, err := s.append(framePublished, 1, encodePublished(&f), func(at journal.Position) {
		f.Seq = at.Seq
		s.state.published = append(s.state.published, f)
	})
	return f, err
}

// Frameworks returns the frameworks published up to the journal place seq (0 =
// now), the oldest first: of each id, the last is in force. The bytes are not
// to be changed.
func (s *Store) Frameworks(seq uint64) []family.PublishedFramework {
	if seq == 0 {
		seq = math.MaxUint64
	}
	s.state.mu.RLock()
	defer s.state.mu.RUnlock()
	n := len(s.state.published)
	for n > 0 && s.state.published[n-1].Seq > seq {
		n--
	}
	return slices.Clone(s.state.published[:n])
}
