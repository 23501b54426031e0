/** Everything that bounds the client: the number, its unit, and why it is that. */

/** UTF-8 bytes of the input line; a DchatMsg holds no more text. */
export const MAX_INPUT_BYTES = 65_536

/** Rows the input grows to before it scrolls; half of a small terminal stays for the talk. */
export const MAX_INPUT_ROWS = 8

/** Bytes of one paste that are kept: 10,000 lines of some length, of which the input takes what fits; the rest is dropped and said. */
export const MAX_PASTE_BYTES = 2_097_152

/** Bytes between `ESC [` and the end of a key's sequence; the longest that a terminal sends has some 30. What is longer is no key. */
export const MAX_SEQUENCE_BYTES = 64

/** Bytes of an answer of the terminal to somebody's question (a colour, a title), all of which are dropped; then keys count again. */
export const MAX_ANSWER_BYTES = 4_096

/** Milliseconds after which an Escape that nothing follows is the key: more than the bytes of one key are apart, less than is noticed. */
export const ESCAPE_WAIT_MS = 50

/** Milliseconds after which a key's sequence that has stopped in the middle is dropped. */
export const SEQUENCE_WAIT_MS = 1_000

/** Milliseconds without a byte after which a paste is over although its end did not come: a slow link pauses, a lost one never ends. */
export const PASTE_WAIT_MS = 5_000

/** Milliseconds in which a program that asked to be stopped is; one that still runs then has no shell that could wake it. */
export const STOP_GRACE_MS = 100

/** Graphemes whose columns are remembered; of most languages more than are in use. */
export const MAX_KNOWN_WIDTHS = 4_096

/** UTF-16 units of those: longer ones would keep the whole text alive that they are cut from. */
export const MAX_KNOWN_GRAPHEME_UNITS = 12

/** Rows of what can be completed; half of a small terminal stays for the talk. */
export const MAX_POPUP_ROWS = 8

/** Milliseconds in which a second Ctrl+C quits. */
export const QUIT_ARMED_MS = 2_000

/** Undo steps kept; each holds the whole input, so this bounds them to 6.4 MiB. */
export const MAX_UNDO_STEPS = 100

/** Input lines kept on disk and in memory. */
export const MAX_HISTORY_ENTRIES = 1_000

/** Bytes of the input history file that are read at start; older lines beyond that are dropped. */
export const MAX_HISTORY_FILE_BYTES = 1_048_576

/** UTF-8 bytes of a line that goes to the history file; longer ones are remembered until the end of the program only. */
export const MAX_HISTORY_ENTRY_BYTES = 8_192

/** Lines of the talk of a room in memory; the rest is paged from the daemon. */
export const MAX_LOADED_ITEMS = 4_000

/** Items of a piece of a talk: what is copied to add or change one. */
export const ITEMS_PER_PIECE = 128

/** UTF-16 units of text of a room in memory, at least one page of the longest messages apart. */
export const MAX_LOADED_UNITS: number = 16 * 1_048_576

/** Rooms whose talk is in memory; that of the one not shown for longest goes, and is loaded anew when it is shown. */
export const MAX_KEPT_ROOMS = 12

/** UTF-16 units of text in memory of all rooms: of two full ones. The shown one may grow beyond it, to its own bound. */
export const MAX_KEPT_UNITS: number = 2 * MAX_LOADED_UNITS

/** Whose read markers this client moves: all its screens share them. */
export const CLIENT_NAME = 'dchat-tui'

/** Rooms that are listed: dchatd keeps 1,024 unanswered conversations, and people join fewer rooms than that. */
export const MAX_ROOMS = 2_048

/** Addresses of the own node that are shown; it has fewer. */
export const MAX_ADDRESSES = 16

/** Peers that are listed beside the talk: nodes have some tens. */
export const MAX_LISTED_PEERS = 1_024

/** Peers that a line of the status room names when many come or go at once. */
export const MAX_NAMED_PEERS = 8

/** Between two looks at who the peers are while they are shown: their number, which is looked at oftener, may stay the same. */
export const PEERS_PAUSE_MS = 30_000

/** Keys of which it is remembered that they were warned of, so that it is done once; beyond, the oldest may be warned of again. */
export const MAX_WARNED_KEYS = 4_096

/** Messages of one history page: several screens, and quick to send. */
export const HISTORY_PAGE = 200

/** UTF-16 units of a search, and words of it: more the daemon does not take. */
export const MAX_QUERY_CHARACTERS = 256
export const MAX_QUERY_WORDS = 16

/** Lines found that are listed; further ones are beyond what anybody reads through. */
export const MAX_RESULTS = 2_000

/** Lines found that are asked for at a time. */
export const RESULTS_PAGE = 100

/** Pages of lines found that are looked through for the one after a place: the daemon searches backwards only. */
export const MAX_FORWARD_PAGES = 10

/** Lines of a page that is exported: the most the daemon gives. */
export const EXPORT_PAGE = 1_000

/** Lines that are exported between two words about how far it is. */
export const EXPORT_PROGRESS_LINES = 20_000

/** Lines that `/pending` lists, the newest; older ones have numbers, too. */
export const MAX_LISTED_PENDING = 100

/** UTF-8 bytes that are copied to the clipboard: xterm takes 74,994 bytes of base64 at most, which are 56,244 of text. */
export const MAX_COPY_BYTES = 56_244

/** UTF-16 units of a line that are quoted into the input. */
export const MAX_QUOTED_UNITS = 1_000

/** Lines missed while away that are replayed; with more the newest page is loaded anew and the rest paged on scrolling up. */
export const MAX_REPLAYED = 2_000

/** Lines of a page, and pages, of what the daemon had to leave out of a subscription; with more the link starts over. */
export const MAX_GAP_PAGE_LINES = 1_000
export const MAX_GAP_PAGES = 20

/** Sends that wait for their answer; beyond, the line stays in the input. */
export const MAX_PENDING_SENDS = 100

/** Notifications kept while the answer to `chat.subscribe` is awaited, or a gap is filled; with more the link starts over. */
export const MAX_HELD_NOTIFICATIONS = 10_000

/** History pages searched for lines whose answer was lost. */
export const MAX_SETTLE_PAGES = 5

/** History that is looked through for a mention: lines of a page, and pages. */
export const MENTION_PAGE_LINES = 1_000
export const MAX_MENTION_PAGES = 20

/** What is ignored by this client: each line of others is compared with all of it. */
export const MAX_IGNORES = 64

/** Characters of a pattern of lines that are ignored. */
export const MAX_PATTERN_CHARACTERS = 256

/** Between two changes of the screen by what others do: 30 frames a second, each of some ms, leave the rest of the time to keys. */
export const FRAME_MS = 34

/** Lines that wait for the next frame; with more it comes at once. */
export const MAX_PACED_NEWS = 2_000

/** Between two looks at `node.get_info`. */
export const POLL_MS = 2_000

/** Between two looks at `chat.rooms`, when one change follows another. */
export const ROOMS_PAUSE_MS = 250

/** Between two calls that move read markers: a busy room would need one a line. */
export const MARK_READ_PAUSE_MS = 1_000

/** Between two looks at `net.status` while the network view is open. */
export const NET_POLL_MS = 1_000

/** Events of the network are shown together at this pace: a busy node has thousands a second. */
export const NET_EVENTS_PAUSE_MS = 250

/** Warnings of the daemon that are shown: it has three kinds. */
export const MAX_WARNINGS = 16

/** Entries of each list of the network view: a node has far fewer peers, slots, seeds and bans that run. */
export const MAX_NET_LISTED = 256

/** Events of the network that are kept while the view is open: some screens full. */
export const MAX_NET_EVENTS = 200

/** Of those, events of single messages, so that these do not push out the others. */
export const MAX_NET_TRAFFIC_EVENTS = 100

/** Frames whose times are kept, for `/stats`: half a minute of a screen that never rests. */
export const MAX_FRAME_TIMES = 1_024

/** A frame that took longer is told by `/debug`: a delay that is felt while typing. */
export const SLOW_FRAME_MS = 50

/** Slow frames that are remembered. */
export const MAX_SLOW_FRAMES = 20

/** Rows and UTF-16 units of the answer that `/rpc` prints; the rest is left to dchat-cli. */
export const MAX_RPC_ROWS = 200
export const MAX_RPC_UNITS = 32_768

/** People that `/names` lists. */
export const MAX_NAMES = 100

/** How long dchatd has to answer after it was started: a store of 100,000 lines that has to be checked first takes a second. */
export const DAEMON_START_MS = 20_000

/** Between two looks whether it answers. */
export const DAEMON_PROBE_MS = 50

/** Bytes at the end of dchatd's log that are looked through for why it did not start. */
export const MAX_LAST_WORDS_BYTES = 4_096

/** What went wrong lately, for `/debug`: two screens full. */
export const MAX_TROUBLES = 50

/** A call that has no answer by then: the daemon hangs, the link starts over. */
export const CALL_TIMEOUT_MS = 15_000

/** Sends wait longer: a full disk may hold the daemon up. */
export const SEND_TIMEOUT_MS = 30_000

/** `p2p.connect` answers with the outcome of the handshake; Tor may take a minute. */
export const CONNECT_PEER_TIMEOUT_MS = 120_000

/** Reconnecting: first and longest wait. */
export const FIRST_RETRY_MS = 500
export const LONGEST_RETRY_MS = 15_000

/** Panes beside the talk: below this width there are none; the talk keeps so many columns beside them. */
export const PANES_FROM = 80
export const LEAST_TALK_COLUMNS = 40

/** From this width on the list of rooms opens by itself once there are two. */
export const ROOMS_PANE_FROM = 100

/** Between two notifications: whoever is written to by many needs to hear of it once. */
export const NOTIFY_PAUSE_MS = 3_000

/** Who has touched no key for so long does not look, whatever the terminal says of its focus: many tell nothing. */
export const AWAY_AFTER_MS = 120_000

/** UTF-16 units of a line that are told in a notification, and given to a command. */
export const MAX_NOTIFIED_UNITS = 200
export const MAX_COMMAND_UNITS = 4_096

/** A command of the user that tells of a line: how long it may take, and how many may run at once. */
export const NOTIFY_COMMAND_MS = 10_000
export const MAX_NOTIFY_COMMANDS = 3

/** Between two titles of the terminal. */
export const TITLE_PAUSE_MS = 500

/** Columns of the title. */
export const TITLE_COLUMNS = 80

/** Characters of what is typed into the quick switcher; names are shorter. */
export const MAX_SWITCHER_QUERY = 64

/** Members of a private room that are listed beside the talk. */
export const MAX_LISTED_MEMBERS = 1_024

/** Below this width the nick goes inline. */
export const INLINE_NICK_BELOW = 60

/** From this many columns of the talk on, the nick column grows by so many: eleven letters stand beside a tag then. */
export const WIDE_NICK_FROM = 100
export const WIDE_NICK_GROWTH = 8

/** Words that count as mentions beside the nick, and characters of one; the daemon keeps no more. */
export const MAX_HIGHLIGHT_WORDS = 100
export const MAX_HIGHLIGHT_CHARS = 64

/** Characters of `time_format`: all there is to say of a time, and room for the talk beside it. */
export const MAX_TIME_FORMAT_CHARS = 40

/** Bytes of the file of what was set in the program; a larger one was not written by it. */
export const MAX_OWN_FILE_BYTES = 262_144
