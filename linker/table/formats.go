package table

import (
	"encoding/hex"
	"math"
	"math/big"
	"strconv"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// formatter appends the text of a Parquet value that is not null.
type formatter func(out []byte, v parquet.Value) []byte

// formatterOf returns how values of a type are written: dates and times as ISO
// 8601 has them, whole numbers without a point even if they are kept as floating
// point, as programs do where some are missing. It is nil for what is no text.
func formatterOf(t parquet.Type) formatter {
	if logical := t.LogicalType(); logical != nil {
		switch l := logical.Value.(type) {
		case *format.DateType:
			return dateText
		case *format.TimestampType:
			return timestampText(l.Unit)
		case *format.TimeType:
			return timeText(l.Unit)
		case *format.DecimalType:
			return decimalText(int(l.Scale))
		case *format.UUIDType:
			return uuidText
		case *format.IntType:
			return intText(l.IsSigned)
		case *format.NullType:
			return func(out []byte, _ parquet.Value) []byte { return out }
		case *format.StringType, *format.EnumType, *format.JsonType:
			return bytesText
		case nil:
		default:
			return nil
		}
	}
	switch t.Kind() {
	case parquet.Boolean:
		return func(out []byte, v parquet.Value) []byte { return strconv.AppendBool(out, v.Boolean()) }
	case parquet.Int32, parquet.Int64:
		return intText(true)
	case parquet.Int96:
		return int96Text
	case parquet.Float, parquet.Double:
		return floatText
	case parquet.ByteArray, parquet.FixedLenByteArray:
		return bytesText
	}
	return nil
}

func bytesText(out []byte, v parquet.Value) []byte { return append(out, v.ByteArray()...) }

func whole(v parquet.Value) int64 {
	if v.Kind() == parquet.Int32 {
		return int64(v.Int32())
	}
	return v.Int64()
}

func intText(signed bool) formatter {
	return func(out []byte, v parquet.Value) []byte {
		switch {
		case signed:
			return strconv.AppendInt(out, whole(v), 10)
		case v.Kind() == parquet.Int32:
			return strconv.AppendUint(out, uint64(v.Uint32()), 10)
		}
		return strconv.AppendUint(out, v.Uint64(), 10)
	}
}

func floatText(out []byte, v parquet.Value) []byte {
	x, bits := 0.0, 64
	if v.Kind() == parquet.Float {
		x, bits = float64(v.Float()), 32
	} else {
		x = v.Double()
	}
	switch {
	case math.IsNaN(x):
		return out
	case math.Abs(x) < 1e21:
		return strconv.AppendFloat(out, x, 'f', -1, bits)
	}
	return strconv.AppendFloat(out, x, 'g', -1, bits)
}

const secondsOfDay = 24 * 60 * 60

func dateText(out []byte, v parquet.Value) []byte {
	return time.Unix(whole(v)*secondsOfDay, 0).UTC().AppendFormat(out, time.DateOnly)
}

// momentText writes a moment, and midnight as the day alone: dates are often
// kept as moments.
func momentText(out []byte, t time.Time) []byte {
	if t.Truncate(secondsOfDay * time.Second).Equal(t) {
		return t.AppendFormat(out, time.DateOnly)
	}
	return t.AppendFormat(out, "2006-01-02T15:04:05.999999999")
}

func timestampText(unit format.TimeUnit) formatter {
	return func(out []byte, v parquet.Value) []byte {
		var t time.Time
		switch unit.Value.(type) {
		case *format.MilliSeconds:
			t = time.UnixMilli(v.Int64())
		case *format.MicroSeconds:
			t = time.UnixMicro(v.Int64())
		default:
			t = time.Unix(0, v.Int64())
		}
		return momentText(out, t.UTC())
	}
}

func timeText(unit format.TimeUnit) formatter {
	scale := time.Nanosecond
	switch unit.Value.(type) {
	case *format.MilliSeconds:
		scale = time.Millisecond
	case *format.MicroSeconds:
		scale = time.Microsecond
	}
	return func(out []byte, v parquet.Value) []byte {
		return time.Unix(0, 0).UTC().Add(time.Duration(whole(v))*scale).AppendFormat(out, "15:04:05.999999999")
	}
}

// int96Text reads the moments of old writers: nanoseconds of the day, then the
// Julian day.
func int96Text(out []byte, v parquet.Value) []byte {
	const epoch = 2440588 // the Julian day of 1 January 1970
	n := v.Int96()
	nanos := int64(uint64(n[1])<<32 | uint64(n[0]))
	return momentText(out, time.Unix((int64(n[2])-epoch)*secondsOfDay, nanos).UTC())
}

func decimalText(scale int) formatter {
	return func(out []byte, v parquet.Value) []byte {
		n := new(big.Int)
		switch v.Kind() {
		case parquet.Int32, parquet.Int64:
			n.SetInt64(whole(v))
		default:
			b := v.ByteArray()
			n.SetBytes(b)
			if len(b) > 0 && b[0] >= 0x80 { // two's complement
				n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
			}
		}
		return appendDecimal(out, n, scale)
	}
}

// appendDecimal writes n / 10^scale, without zeros at the end of the fraction.
func appendDecimal(out []byte, n *big.Int, scale int) []byte {
	if n.Sign() < 0 {
		out = append(out, '-')
	}
	digits := new(big.Int).Abs(n).String()
	for len(digits) <= scale {
		digits = "0" + digits
	}
	point := len(digits) - max(scale, 0)
	fraction := digits[point:]
	for len(fraction) > 0 && fraction[len(fraction)-1] == '0' {
		fraction = fraction[:len(fraction)-1]
	}
	out = append(out, digits[:point]...)
	if fraction != "" {
		out = append(append(out, '.'), fraction...)
	}
	return out
}

func uuidText(out []byte, v parquet.Value) []byte {
	b := v.ByteArray()
	if len(b) != 16 {
		return hex.AppendEncode(out, b)
	}
	for i, part := range [][]byte{b[:4], b[4:6], b[6:8], b[8:10], b[10:]} {
		if i > 0 {
			out = append(out, '-')
		}
		out = hex.AppendEncode(out, part)
	}
	return out
}
