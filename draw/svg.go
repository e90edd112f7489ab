package draw

import (
	"bytes"
	"fmt"
	"html"
	"strings"
)

// The colours are four of the Analysis Function's palette for charts, each at
// least 3:1 against white, with one for what is not sure.
const (
	ink     = "#0b0c0c"
	unsure  = "#6f777b"
	back    = "#ffffff"
	fontSet = "Arial, Helvetica, sans-serif"
)

var palette = [...]string{"#12436D", "#28A197", "#801650", "#F46A25"}

// canvas collects the elements of a drawing.
type canvas struct{ b bytes.Buffer }

func (c *canvas) line(x1, y1, x2, y2 float64, stroke, dash string) {
	fmt.Fprintf(&c.b, `<line x1="%s" y1="%s" x2="%s" y2="%s" stroke="%s" stroke-width="2"%s/>`+"\n",
		num(x1), num(y1), num(x2), num(y2), stroke, dashed(dash))
}

func (c *canvas) text(x, y float64, anchor, fill, s string) {
	fmt.Fprintf(&c.b, `<text x="%s" y="%s" text-anchor="%s" font-family="%s" font-size="14" fill="%s">%s</text>`+"\n",
		num(x), num(y), anchor, fontSet, fill, html.EscapeString(s))
}

func (c *canvas) rect(x, y, w, h float64, fill, stroke, dash string, extra string) {
	fmt.Fprintf(&c.b, `<rect x="%s" y="%s" width="%s" height="%s" fill="%s" stroke="%s" stroke-width="2"%s%s/>`+"\n",
		num(x), num(y), num(w), num(h), fill, stroke, dashed(dash), extra)
}

// group begins an element that assistive technology reads as one thing.
func (c *canvas) group(label string) {
	fmt.Fprintf(&c.b, `<g role="img" tabindex="0" aria-label="%s">`+"\n", html.EscapeString(label))
}

func (c *canvas) end() { c.b.WriteString("</g>\n") }

// svg wraps the drawing. id sets it apart from others in a page.
func (c *canvas) svg(id string, w, h float64, title string, desc []string) []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" width="%s" height="%s" role="group" aria-labelledby="%s-title %s-desc">`+"\n",
		num(w), num(h), num(w), num(h), id, id)
	fmt.Fprintf(&out, "<title id=\"%s-title\">%s</title>\n<desc id=\"%s-desc\">%s</desc>\n",
		id, html.EscapeString(title), id, html.EscapeString(strings.Join(desc, "\n")))
	fmt.Fprintf(&out, `<rect width="100%%" height="100%%" fill="%s"/>`+"\n", back)
	out.Write(c.b.Bytes())
	out.WriteString("</svg>\n")
	return out.Bytes()
}

func dashed(dash string) string {
	if dash == "" {
		return ""
	}
	return ` stroke-dasharray="` + dash + `"`
}

// num writes a length with one decimal at most.
func num(x float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", x), ".0") }
