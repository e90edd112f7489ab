package tablefile

import _ "github.com/xuri/excelize/v2" // the first user of it takes this file's place
