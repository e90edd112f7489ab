package server

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// The sizes of a page: what 0 means, and the most that is given.
const (
	defaultPage = 50
	maxPage     = 1000
)

func pageSize(n int32) (int, error) {
	switch {
	case n < 0:
		return 0, invalid("page_size", "a page has at least one entry; leave it out for %d", defaultPage)
	case n == 0:
		return defaultPage, nil
	}
	return min(int(n), maxPage), nil
}

// pageToken makes the token of the page that begins after place. It holds
// for the same night and for the same request but for its page_size and
// page_token.
func pageToken(night string, request proto.Message, place string) string {
	text := "1 " + fingerprint(night, request) + " " + place
	return base64.RawURLEncoding.EncodeToString([]byte(text))
}

// parsePageToken returns the place in a token; "" for a blank one.
func parsePageToken(token, night string, request proto.Message) (place string, err error) {
	if token == "" {
		return "", nil
	}
	bad := invalid("page_token", "not a token of this request's pages; start again without one")
	text, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return "", bad
	}
	head := "1 " + fingerprint(night, request) + " "
	place, ok := strings.CutPrefix(string(text), head)
	if !ok || place == "" {
		return "", bad
	}
	return place, nil
}

// fingerprint tells requests and nights apart. It is short, so that what was
// asked for cannot be read back from it.
func fingerprint(night string, request proto.Message) string {
	asked := proto.Clone(request)
	m := asked.ProtoReflect()
	for _, paging := range []protoreflect.Name{"page_size", "page_token"} {
		m.Clear(m.Descriptor().Fields().ByName(paging))
	}
	data, err := proto.MarshalOptions{Deterministic: true}.Marshal(asked)
	if err != nil { // unreachable: the request came off the wire
		return ""
	}
	sum := sha256.Sum256(append([]byte(night+"\x00"), data...))
	return hex.EncodeToString(sum[:4])
}
