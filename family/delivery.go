package family

// DeliveryInfo is a delivery with how far it has come.
type DeliveryInfo struct {
	Delivery
	Number       uint64 // the store's own number of the delivery
	State        DeliveryState
	Account      Account
	Acknowledged int64 // position of the last row on disk; 0 for none
	Warnings     []string
	SealSeq      uint64 // journal place of the seal or release; 0 while open or held
}

// DeliveryEntry is one sent row on its way to the store: the row, or why it
// was refused.
type DeliveryEntry struct {
	Position  int64
	Row       *Row       // nil if refused
	Rejection *Rejection // nil if accepted
	Raw       []Value    // a refused row as sent, for quarantine
	Reported  bool       // accepted with something amiss
}
