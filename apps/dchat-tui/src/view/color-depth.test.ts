import { expect, test } from 'vitest'
import { colorDepth } from './color-depth.ts'
import type { ColorDepth } from './color-depth.ts'

test.each<[NodeJS.ProcessEnv, ColorDepth]>([
  [{ TERM: 'xterm' }, '16'],
  [{ TERM: 'linux' }, '16'],
  [{ TERM: 'screen-256color' }, '256'],
  [{ TERM: 'xterm-256color' }, '256'],
  [{ TERM: 'xterm-256color', COLORTERM: 'truecolor' }, 'truecolor'],
  [{ TERM: 'xterm', COLORTERM: '24bit' }, 'truecolor'],
  [{ TERM: 'xterm', COLORTERM: 'yes' }, '16'],
  [{ TERM: 'xterm-direct' }, 'truecolor'],
  [{ TERM: 'xterm-kitty' }, 'truecolor'],
  [{ TERM: 'foot-extra' }, 'truecolor'],
  [{ TERM: 'footprint' }, '16'],
  [{ TERM: 'dumb', COLORTERM: 'truecolor' }, 'none'],
  [{ TERM: 'vt100' }, 'none'],
  [{ TERM: 'xterm-mono' }, 'none'],
  [{}, 'none'],
  [{ TERM: 'xterm-256color', NO_COLOR: '1' }, 'none'],
  [{ TERM: 'xterm-256color', NO_COLOR: '' }, '256'],
  [{ TERM: 'xterm', NO_COLOR: '1', FORCE_COLOR: '3' }, 'truecolor'],
  [{ TERM: 'xterm-256color', FORCE_COLOR: '0' }, 'none'],
  [{ TERM: 'xterm-256color', FORCE_COLOR: 'false' }, 'none'],
  [{ TERM: 'xterm-256color', FORCE_COLOR: '1' }, '16'],
  [{ TERM: 'dumb', FORCE_COLOR: '2' }, '256'],
  [{ TERM: 'dumb', FORCE_COLOR: '' }, '16'],
  [{ TERM: 'xterm-256color', FORCE_COLOR: 'true' }, '256'],
])('%j has %s', (env, depth) => {
  expect(colorDepth('auto', env)).toBe(depth)
})

test('what the user says wins over the environment', () => {
  expect(colorDepth('truecolor', { NO_COLOR: '1', TERM: 'dumb' })).toBe('truecolor')
  expect(colorDepth('none', { FORCE_COLOR: '3' })).toBe('none')
})
