package ingest

import (
	"encoding/base64"
	"encoding/binary"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hearthmatch/hearth/family"
	feedpb "github.com/hearthmatch/hearth/proto/hearth/feed/v1"
)

// Limits of what a sender declares.
const (
	maxName          = 100 // characters of an agency or a delivery_id
	maxOrganisations = 10000
	maxHash          = 128 // hexadecimal digits of a content hash
)

// faults gathers everything wrong with the fields of a request.
type faults struct{ all family.FieldErrors }

func (f *faults) add(field, detail string) {
	f.all = append(f.all, family.FieldError{Field: field, Detail: detail})
}

// err returns what was gathered, nil if nothing was.
func (f *faults) err() error {
	if len(f.all) == 0 {
		return nil
	}
	return f.all
}

// invalid is a single fault.
func invalid(field, detail string) error {
	return family.FieldErrors{{Field: field, Detail: detail}}
}

// key reads a delivery's key, whose fields have the given path.
func (f *faults) key(path string, k *feedpb.DeliveryKey) (feed family.Feed, agency, id string) {
	feed = f.feed(path+".feed", k.GetFeed())
	return feed, f.name(path+".agency", k.GetAgency()), f.name(path+".delivery_id", k.GetDeliveryId())
}

func (f *faults) feed(path string, feed feedpb.Feed) family.Feed {
	if feed <= 0 || int64(feed) > int64(family.Targets) {
		f.add(path, "not a feed; give one of attendance, police, housing, benefits, involvement, "+
			"addresses, schools, population, targets")
		return 0
	}
	return family.Feed(feed)
}

// name reads an agency's name or a delivery's id.
func (f *faults) name(path, text string) string {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		f.add(path, "required; give a name of up to 100 characters")
	case utf8.RuneCountInString(text) > maxName:
		f.add(path, "longer than 100 characters; shorten it")
	case strings.ContainsFunc(text, unicode.IsControl):
		f.add(path, "holds control characters; remove them")
	}
	return text
}

// date reads an optional date.
func (f *faults) date(path, text string) family.Date {
	d, err := family.ParseDate(strings.TrimSpace(text))
	if err != nil {
		f.add(path, family.ErrDate.Error())
	}
	return d
}

// readDelivery reads what a sender declares, or everything that is wrong with
// it.
func readDelivery(d *feedpb.Delivery) (family.Delivery, error) {
	var f faults
	out := family.Delivery{DeclaredRows: -1}
	out.Feed, out.Agency, out.ID = f.key("delivery.key", d.GetKey())
	if out.AsAt = f.date("delivery.as_at", d.GetAsAt()); out.AsAt == 0 && strings.TrimSpace(d.GetAsAt()) == "" {
		f.add("delivery.as_at", "required; give the day that the rows describe as YYYY-MM-DD")
	}
	out.From = f.date("delivery.period_from", d.GetPeriodFrom())
	out.To = f.date("delivery.period_to", d.GetPeriodTo())
	if out.From != 0 && out.To != 0 && out.To < out.From {
		f.add("delivery.period_to", "before period_from; correct one of them")
	}
	out.Organisations = f.organisations(d.GetOrganisations())
	if d != nil && d.DeclaredRows != nil {
		if out.DeclaredRows = d.GetDeclaredRows(); out.DeclaredRows < 0 {
			f.add("delivery.declared_rows", "negative; give the number of rows or leave it out")
		}
	}
	out.ContentHash = strings.ToLower(d.GetContentHash())
	if len(out.ContentHash) > maxHash || strings.Trim(out.ContentHash, "0123456789abcdef") != "" {
		f.add("delivery.content_hash", "not a digest in hexadecimal; give one or leave it out")
	}
	return out, f.err()
}

// organisations reads the organisations covered; the word "all" alone, as no
// organisation, means all.
func (f *faults) organisations(texts []string) []string {
	out := make([]string, 0, len(texts))
	for _, text := range texts {
		if text = strings.TrimSpace(text); text != "" {
			out = append(out, text)
		}
	}
	switch {
	case len(out) == 0 || len(out) == 1 && strings.EqualFold(out[0], "all"):
		return nil
	case len(out) > maxOrganisations:
		f.add("delivery.organisations", "more than 10,000; declare all")
	case slices.ContainsFunc(out, func(s string) bool {
		return utf8.RuneCountInString(s) > maxName || strings.ContainsFunc(s, unicode.IsControl)
	}):
		f.add("delivery.organisations", "one is longer than 100 characters or holds control characters")
	}
	return out
}

// Sizes of pages.
const (
	usualPage = 50
	maxPage   = 1000
)

// pageSize reads how many entries a page may have.
func (f *faults) pageSize(n int32) int {
	switch {
	case n < 0:
		f.add("page_size", "negative; give 1 to 1,000, or 0 for 50")
	case n == 0:
		return usualPage
	}
	return int(min(n, maxPage))
}

// pageToken writes where the next page of a listing begins. The listing's
// kind and subject are in it, so that a token is good for its own listing
// alone.
func pageToken(kind byte, subject, after uint64) string {
	b := binary.AppendUvarint([]byte{kind}, subject)
	b = binary.AppendUvarint(b, after)
	return base64.RawURLEncoding.EncodeToString(b)
}

// pageAfter reads a token of pageToken; a blank one is the first page, 0.
func (f *faults) pageAfter(token string, kind byte, subject uint64) uint64 {
	if token == "" {
		return 0
	}
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err == nil && len(b) > 2 && b[0] == kind {
		s, n := binary.Uvarint(b[1:])
		if n > 0 && s == subject {
			after, m := binary.Uvarint(b[1+n:])
			if m > 0 && 1+n+m == len(b) && after > 0 {
				return after
			}
		}
	}
	f.add("page_token", "not a token of this listing; give the next_page_token of the page before")
	return 0
}
