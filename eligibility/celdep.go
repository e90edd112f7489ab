package eligibility

import _ "cel.dev/cel-go/cel" // conditions are written in it; the first user of it takes this file's place
