package importtest

// module is the path that every room's import begins with.
const module = "github.com/hearthmatch/hearth"

// anything allows every third-party module; nothing allows none.
var anything = []string{""}

// room is what the files of one folder may import beyond the standard
// library and their own folder. Test files are exempt.
type room struct {
	// rooms are the folders of this module, all of them on lower rows.
	rooms []string
	// modules are prefixes of third-party import paths.
	modules []string
	// but are prefixes of third-party import paths that are refused all the
	// same.
	but []string
	// pure rooms take clock, randomness, environment and logger as values or
	// not at all.
	pure bool
}

const badger = "github.com/dgraph-io/badger"

// wires are what only the rooms that speak to the outside may know.
var wires = []string{
	"google.golang.org/grpc", "google.golang.org/protobuf", "google.golang.org/genproto",
	"github.com/spf13/", "go.uber.org/zap", badger,
}

var (
	values = []string{"family", "internal", "matcher"}
	middle = append([]string{"casework", "eligibility", "household", "draw", "proto"}, values...)
)

// rooms are the folders at the top of the repository, row by row as in
// ARCHITECTURE.md. A folder with Go files that is not here fails the test, so
// that whoever adds one has to choose its place.
var rooms = map[string]room{
	"family":  {pure: true},
	"matcher": {pure: true, rooms: []string{"internal"}, modules: anything, but: wires},

	"household":   {pure: true, rooms: []string{"family", "internal"}, modules: anything, but: wires},
	"eligibility": {pure: true, rooms: []string{"family", "internal"}, modules: anything, but: wires},
	"draw":        {pure: true, rooms: []string{"family"}},
	// Its tables are laid out in the form that internal/tablefile writes.
	"casework": {pure: true, rooms: []string{"family", "internal"}, modules: anything, but: wires},

	"pipeline": {rooms: middle, modules: anything,
		but: []string{"google.golang.org/grpc", badger, "github.com/spf13/"}},
	"ingest": {rooms: middle, modules: anything, but: []string{badger, "github.com/spf13/"}},
	"server": {rooms: middle, modules: anything, but: []string{badger, "github.com/spf13/"}},
	"web":    {rooms: middle, modules: anything, but: []string{badger, "github.com/spf13/"}},
	"store":  {rooms: middle, modules: anything, but: []string{"google.golang.org/grpc", "github.com/spf13/"}},
	"synth":  {rooms: middle, modules: anything, but: wires},
	"linker": {rooms: []string{"family", "internal", "matcher"}, modules: anything, but: wires},

	"cmd": {modules: anything, but: []string{badger}, rooms: append([]string{
		"pipeline", "ingest", "server", "web", "store", "synth", "linker"}, middle...)},

	// The contract, and what serves several rooms but knows none of them.
	"proto":    {modules: anything, but: []string{badger}},
	"internal": {modules: anything, but: wires},
	// The benchmarks drive the built binary from outside, by the contract. Of
	// the linker they use what measures clusters against a truth, so that ours
	// and a peer's are measured alike.
	"bench": {rooms: []string{"proto", "linker"}, modules: anything, but: []string{badger}},
}

// noGo are the top-level folders that hold no room: no Go file of this
// module may stand in them. Folders that begin with a dot, and those that git
// ignores, are passed over.
var noGo = []string{"docs", "examples", "testdata", "tools"}

// ignored are what .gitignore names at the top.
var ignored = []string{"bin", "data", "council"}

// impure are the parts of the standard library that read the world. "time" is
// allowed for its types; the calls that read the clock are not.
var impure = []string{
	"crypto/rand", "log", "math/rand", "net", "os", "syscall", "testing",
}

// clock are the functions of package time that read or wait for it.
var clock = []string{"After", "AfterFunc", "NewTicker", "NewTimer", "Now", "Since", "Sleep", "Tick", "Until"}

// maxLines is the longest that a file written by hand may be.
const maxLines = 700
