// The public screens: each element adds itself where its tag stands.

import "./idle-reset.js"
import "./scan-listener.js"
import "./scan-question.js"
import "./screen-keys.js"
import "./ticking-clock.js"
import "./type-code.js"
import "./verdict-panel.js"
