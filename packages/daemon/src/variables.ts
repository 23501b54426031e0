/** Which variables of the environment are keys of a daemon. */
import type { VariableNames } from '@dchat/config'

/** `DCHAT_SECTION_KEY`, but for those of paths and of the clients. */
export const DAEMON_VARIABLES: VariableNames = {
  prefix: 'DCHAT_',
  others: ['DCHAT_HOME', 'DCHAT_RPC', 'DCHAT_RPC_COOKIE_FILE', 'DCHAT_RPC_FINGERPRINT', 'DCHAT_FAREWELL'],
  foreign: ['DCHAT_TUI_'],
}
