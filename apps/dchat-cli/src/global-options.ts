/** The options every command has. */
import type { OptionDescription } from '@dchat/manual'

export const GLOBAL_OPTIONS: readonly OptionDescription[] = [
  { name: 'json', help: 'machine output: one JSON value a line, texts exact' },
  {
    name: 'home',
    value: 'DIR',
    takes: 'folder',
    help: "the daemon's folder, as given to dchatd --home; default: $DCHAT_HOME, else the XDG folders",
  },
  {
    name: 'rpc',
    value: 'URL',
    help: 'where the daemon listens: unix:///path, tcp://host:port or tcp+tls://host:port; default: $DCHAT_RPC, else its socket',
  },
  {
    name: 'cookie-file',
    value: 'FILE',
    takes: 'file',
    help: "the cookie or token for a tcp address; default: $DCHAT_RPC_COOKIE_FILE, else on this machine the cookie of the daemon's folder",
  },
  { name: 'help', short: 'h', help: 'of the command, or of the program' },
  { name: 'version', short: 'V', help: 'print the version' },
]
