package matcher

// Loss is what a rule gives up because its blocks are too large.
type Loss struct {
	// Blocks and Records are in blocks that are too large and cannot be
	// divided further.
	Blocks, Records int64
	// Pairs share the rule's key but are not compared for it.
	Pairs int64
}
