// Package ingest takes agencies' deliveries in: it knows the layout of every
// feed, reads delivery files, checks row by row, and implements the feed
// service and the client that pushes a file to it.
//
// It decides whether a row is accepted, accepted with something to report, or
// refused, always with every reason at once, and whether a delivery is held
// because too many of its rows were refused. It never decides what a row
// means, never links or scores, never keeps anything itself (see Deliveries),
// and never repeats a value of a row in an error, a problem or a log line.
//
// A delivery's way through it:
//
//	file ─► FileReader ─► Push ─► (gRPC) ─► Service ─► Check ─► Deliveries
//	        file faults           positions,           refused     rows on disk,
//	        refuse all            in order             or a row    then acknowledged
package ingest
