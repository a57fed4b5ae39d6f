// The pages of staff: each element adds itself where its tag stands.

import "./call-bell.js"
import "./idle-lock.js"
import "./scan-listener.js"
import "./search-box.js"
