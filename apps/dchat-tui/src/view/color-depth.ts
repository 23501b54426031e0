/** How many colours a terminal has. Pure. */
import type { Settings } from '../settings/settings.ts'

export type ColorDepth = 'none' | '16' | '256' | 'truecolor'

/**
 * What `wanted` says; for `auto` what the environment does: FORCE_COLOR (`0` to `3`) decides when set, then NO_COLOR, non-empty, takes
 * colours away, else COLORTERM and TERM tell.
 */
export function colorDepth(wanted: Settings['colors'], env: NodeJS.ProcessEnv): ColorDepth {
  if (wanted !== 'auto') return wanted
  const forced = env['FORCE_COLOR']
  if (forced !== undefined) return forcedDepth(forced, ofTerminal(env))
  return (env['NO_COLOR'] ?? '') === '' ? ofTerminal(env) : 'none'
}

const FORCED: Readonly<Record<string, ColorDepth>> = { '0': 'none', false: 'none', '1': '16', '2': '256', '3': 'truecolor' }

/** A word that names no number asks for colours, as many as there are. */
function forcedDepth(forced: string, own: ColorDepth): ColorDepth {
  return FORCED[forced] ?? (own === 'none' ? '16' : own)
}

/** Terminals that have all colours and may say so in TERM alone, as over ssh. */
const TRUECOLOR_TERM = /^(?:xterm-kitty|xterm-ghostty|alacritty|foot|wezterm|contour)(?:-|$)|-direct$|-truecolor$/u
/** Terminals without colours: of paper, of the seventies, or those that say so. */
const COLOURLESS_TERM = /^(?:|dumb|unknown|vt\d+.*|.*-m(?:ono)?)$/u

function ofTerminal(env: NodeJS.ProcessEnv): ColorDepth {
  const term = env['TERM'] ?? ''
  if (COLOURLESS_TERM.test(term)) return 'none'
  if (/^(?:truecolor|24bit)$/iu.test(env['COLORTERM'] ?? '') || TRUECOLOR_TERM.test(term)) return 'truecolor'
  return /-256(?:color)?$/u.test(term) ? '256' : '16'
}
