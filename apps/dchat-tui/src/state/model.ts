/** All the program shows, in one value, and all that can happen to it. */
import type { Author, Delivery, Message, NodeInfo, SyncProgress } from '@dchat/rpc'
import type { Editor } from '../input/editor.ts'
import type { Completion } from '../input/completion.ts'
import type { Recall } from '../input/recall.ts'
import type { HistorySearch } from '../input/history-search.ts'
import type { Scroll } from '../view/virtual-list.ts'
import type { Settings } from '../settings/settings.ts'
import type { NetView } from '../network/net-status.ts'
import type { Ignore } from './ignores.ts'
import type { RoomViews } from './room-view.ts'
import type { RoomFacts, RoomSummary } from './rooms.ts'

/** The link to the daemon. `connecting` before the first try has ended; `away`, until it is up again: why, what to do, when the next try is. */
export type Link =
  | { readonly at: 'connecting' }
  | { readonly at: 'ready' }
  | {
      readonly at: 'away'
      readonly reason: string
      readonly hint: string
      readonly retryInMs: number
      /** Whether no daemon runs where one was looked for. */
      readonly isMissing?: boolean
    }

/** What is known of the node; kept, as it was last, while the daemon is away. */
export type NodeSummary = Pick<
  NodeInfo,
  'name' | 'version' | 'rpc_version' | 'state' | 'nick' | 'peers' | 'listen' | 'external_addrs'
> & {
  /** Texts are sanitised. */
  readonly warnings: readonly { readonly kind: string; readonly text: string; readonly hint: string }[]
}

/** A live channel that carries the talk. Texts are sanitised. */
export interface Peer {
  readonly id: number
  readonly session: string
  readonly url: string
}

/** One line above the status bar: what went wrong with the last key, or what it asks. */
export interface Hint {
  readonly level: 'info' | 'error'
  readonly text: string
}

/** What takes the keys before the input line does. */
export type Overlay =
  | { readonly kind: 'help'; readonly top: number }
  /** The network view; `top`: the first row in sight, null: the last row stays in sight. */
  | { readonly kind: 'net'; readonly top: number | null }
  /** `fits`: all of it goes into the input. `isCut`: its end is missing. */
  | { readonly kind: 'paste'; readonly text: string; readonly lines: number; readonly fits: boolean; readonly isCut?: boolean }
  | { readonly kind: 'search'; readonly search: HistorySearch }
  /** Where to go, by a few letters; `at` is the place chosen of those found. */
  | { readonly kind: 'switcher'; readonly query: string; readonly at: number }
  /** Whether the line in the input is to wait for peers. */
  | { readonly kind: 'hold' }
  /** A line of the shown room is picked out; `back` is what leaving returns to. */
  | { readonly kind: 'select'; readonly message: Message; readonly back: Overlay | null }
  | {
      readonly kind: 'detail'
      readonly message: Message
      /** Whom the line got to; null for lines of others, and while that is not known. */
      readonly delivery: LineDelivery | null
      readonly top: number
      readonly back: Overlay | null
    }
  /** Lines that were searched for, oldest first. */
  | ResultsOverlay
  /** Words are looked for in the talk while they are typed. */
  | FindOverlay
  /** The talk as plain text, to be selected by the terminal. */
  | { readonly kind: 'bare' }
  /** A question whose answer is no, unless it is said to be yes. */
  | { readonly kind: 'ask'; readonly question: string; readonly canRemember?: boolean }

/** What happened since the start. */
export interface Counts {
  /** When that was, Unix ms. */
  readonly since: number
  /** Lines of others and own ones that came by themselves. */
  readonly heard: number
  readonly sent: number
  /** Own lines that the daemon refused. */
  readonly failed: number
  /** Times the link was made. */
  readonly links: number
}

/** Something that went wrong with the link, a call or the drawing, for `/debug`. */
export interface Trouble {
  /** Unix ms. */
  readonly at: number
  readonly from: 'link' | 'call' | 'drawing'
  readonly text: string
}

/** Where the user was before he looked for something. */
export interface Whereabouts {
  readonly room: string
  readonly scroll: Scroll
  /** The line that `scroll` is anchored at; null at the end. */
  readonly anchor: Message | null
}

export interface ResultsOverlay {
  readonly kind: 'results'
  readonly query: string
  /** Only of this room; null: of all. */
  readonly room: string | null
  readonly messages: readonly Message[]
  /** The one that is picked out; -1 when there is none. */
  readonly at: number
  /** Whether there are older ones. */
  readonly more: boolean
  readonly isAsking: boolean
  readonly origin: Whereabouts
}

export interface FindOverlay {
  readonly kind: 'find'
  readonly query: string
  readonly isEverywhere: boolean
  readonly found: Message | null
  /** `none`: nothing (more) was found that way. */
  readonly outcome: 'idle' | 'asking' | 'none'
  /** What keeps it from being found, one line. */
  readonly reason: string | null
  readonly origin: Whereabouts
}

/** With which peers an own line is. Addresses are sanitised. */
export interface LineDelivery extends Delivery {
  readonly peers: readonly PeerDelivery[]
  /** Whether no other peer has it. */
  readonly isComplete: boolean
}

export interface PeerDelivery {
  readonly url: string
  /** Id of the live channel, null when there is none. */
  readonly channel: number | null
  readonly state: 'written' | 'held'
  /** Unix ms. */
  readonly time: number
}

export interface ScreenSize {
  readonly columns: number
  readonly rows: number
}

export interface ChatState {
  /** The room that is shown, and the one that was before. */
  readonly room: string
  readonly previousRoom: string | null
  /** The rooms to go to, in the order of their numbers. */
  readonly rooms: readonly RoomSummary[]
  /** Who can read what is said in encrypted rooms, as far as it was asked. */
  readonly facts: ReadonlyMap<string, RoomFacts>
  /** What is in memory, of rooms that were shown lately. */
  readonly views: RoomViews
  readonly link: Link
  /** Whether the daemon was reached since the start. */
  readonly wasReady: boolean
  readonly node: NodeSummary | null
  /** The peers of the node, by channel, as they were when it was asked last. */
  readonly peers: readonly Peer[]
  /** How history is being fetched from peers; null when it is not. */
  readonly sync: SyncProgress | null
  /** What the status room was told since it was shown. */
  readonly statusNews: number
  /** Whether the card of the first run is to be shown. */
  readonly isFirstRun: boolean
  /** Whether lines may wait for peers without a question, until there are some. */
  readonly isHoldAgreed: boolean
  /** The first row in sight of the pane right of the talk. */
  readonly paneTop: number
  readonly screen: ScreenSize
  readonly nowMs: number
  /** Whether the terminal has the keyboard; true where it does not tell. */
  readonly isFocused: boolean
  readonly settings: Settings
  /** What is not shown, and whether it is shown for once. */
  readonly ignores: readonly Ignore[]
  readonly showsHidden: boolean
  readonly editor: Editor
  readonly recall: Recall
  readonly completion: Completion | null
  readonly overlay: Overlay | null
  readonly hint: Hint | null
  /** Whether the next Ctrl+C quits. */
  readonly isQuitArmed: boolean
  readonly lastNoticeId: number
  /** What is known of the network; null while its view is not open. */
  readonly net: NetView | null
  readonly counts: Counts
  /** The newest last. */
  readonly troubles: readonly Trouble[]
}

/** What the session tells. */
export type SessionAction =
  | { readonly type: 'link'; readonly link: Link }
  | { readonly type: 'node'; readonly node: NodeSummary }
  | { readonly type: 'peers'; readonly peers: readonly Peer[] }
  | { readonly type: 'sync'; readonly sync: SyncProgress | null }
  | { readonly type: 'rooms'; readonly rooms: readonly RoomSummary[] }
  | ({ readonly type: 'newestPage' | 'olderPage' | 'newerPage' } & Page)
  | ({ readonly type: 'stretch' } & Stretch)
  | { readonly type: 'loading'; readonly room: string; readonly direction: 'older' | 'newer' | null }
  /**
   * What is in memory cannot be gone on with, as it may have changed meanwhile: `but` a room that is brought up to date; null when
   * the store is another one, or too much was missed.
   */
  | { readonly type: 'outdated'; readonly but: string | null }
  /** The lines of a room were destroyed. */
  | { readonly type: 'forgotten'; readonly room: string }
  | { readonly type: 'live'; readonly messages: readonly Message[] }
  | { readonly type: 'delivery'; readonly seq: number; readonly delivery: Delivery; readonly post?: PostPlace | null }
  | { readonly type: 'facts'; readonly room: string; readonly facts: RoomFacts }
  | { readonly type: 'retracted'; readonly seq: number }
  | { readonly type: 'net'; readonly net: NetView | null }
  | { readonly type: 'trouble'; readonly trouble: Trouble }
  | { readonly type: 'author'; readonly author: Author }
  | { readonly type: 'sending'; readonly send: OwnSend }
  | { readonly type: 'stored'; readonly send: OwnSend; readonly message: Message }
  /** `isKeyless`: there is no box key to encrypt it to. */
  | { readonly type: 'sendFailed'; readonly send: OwnSend; readonly reason: string; readonly isKeyless?: boolean }
  | { readonly type: 'sendUnsure'; readonly send: OwnSend }
  | { readonly type: 'sendsSettled'; readonly localIds: ReadonlySet<number> }

/** The post that a line became which waited for a box key. */
export interface PostPlace {
  readonly id: string
  readonly time: number
}

/** A page of history of one room, oldest first. */
export interface Page {
  readonly room: string
  readonly messages: readonly Message[]
  /** Whether there is more in the direction of the page. */
  readonly more: boolean
  /** `seq` of the newest line of all rooms when the page was made. */
  readonly lastSeq: number
}

/** Lines of one room that follow each other, somewhere in its history, oldest first. */
export interface Stretch extends Omit<Page, 'more'> {
  readonly hasOlder: boolean
  readonly hasNewer: boolean
}

/** A line on its way to the daemon. */
export interface OwnSend {
  readonly localId: number
  readonly room: string
  readonly text: string
  readonly kind: 'text' | 'action'
  readonly at: number
  readonly afterSeq: number
}

/** What keys and the terminal do. */
export type ScreenAction =
  | { readonly type: 'resized'; readonly screen: ScreenSize }
  | { readonly type: 'shown'; readonly room: string }
  /** What is not to be shown is another than before. */
  | { readonly type: 'hearing'; readonly ignores?: readonly Ignore[]; readonly showsHidden?: boolean }
  /** A room was read up to the line `seq`. */
  | { readonly type: 'read'; readonly room: string; readonly seq: number }
  | { readonly type: 'focused'; readonly isFocused: boolean }
  | { readonly type: 'settings'; readonly settings: Settings }
  | { readonly type: 'ticked'; readonly nowMs: number }
  | { readonly type: 'scrolled'; readonly scroll: Scroll }
  | { readonly type: 'edited'; readonly editor: Editor; readonly completion?: Completion | null }
  | { readonly type: 'recalled'; readonly recall: Recall; readonly editor: Editor }
  | { readonly type: 'overlay'; readonly overlay: Overlay | null }
  | { readonly type: 'hint'; readonly hint: Hint | null }
  | { readonly type: 'firstRunOver' }
  | { readonly type: 'holdAgreed' }
  | { readonly type: 'paneScrolled'; readonly top: number }
  | { readonly type: 'quitArmed' }
  | { readonly type: 'quitDisarmed' }
  | {
      readonly type: 'notice'
      readonly level: 'info' | 'error'
      readonly text: string
      readonly at: number
      readonly room?: string
    }
  | { readonly type: 'cleared' }

export type ChatAction = SessionAction | ScreenAction
