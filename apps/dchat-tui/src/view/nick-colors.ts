/**
 * The colours that nicks have. Each list leaves out red, which is for errors. Of the lists of more than 16 colours each has a contrast of
 * 4.5 or more (WCAG 2) with black, for the theme `default`, or with white, for `light`.
 */
import type { Settings } from '../settings/settings.ts'
import type { ColorDepth } from './color-depth.ts'

type Background = 'dark' | 'light'

/** Of the 16 every terminal has, those readable on most backgrounds. What they look like is the terminal's. */
const BASE: Readonly<Record<Background, readonly string[]>> = {
  dark: ['cyan', 'green', 'yellow', 'magenta', 'blue', 'magentaBright', 'blueBright'],
  light: ['blue', 'magenta', 'cyan', 'green', 'blueBright'],
}

/** Of the colour cube that terminals with 256 have alike. */
const OF_256: Readonly<Record<Background, readonly number[]>> = {
  dark: [209, 215, 178, 142, 149, 113, 78, 43, 79, 44, 45, 81, 75, 111, 147, 183, 140, 176, 212, 211, 210],
  light: [130, 94, 58, 22, 29, 28, 24, 25, 61, 97, 26, 62, 18, 27, 98, 55, 54, 90, 89, 125, 124],
}

/** One lightness, hues 16 degrees apart (OKLCH). */
const OF_ALL: Readonly<Record<Background, readonly string[]>> = {
  dark: [
    ...['#fe9b61', '#f7a23d', '#e7ac2a', '#d1b72b', '#b7c140', '#97ca5d', '#72d17b', '#43d59a', '#1bd4b7', '#1bd1d0', '#22cde5'],
    ...['#1cc9fe', '#6cc0fd', '#8bb9fd', '#a1b2fe', '#b6aaff', '#ce9ffe', '#e495f0', '#f490d9', '#fe8ebe', '#fe93a4'],
  ],
  light: [
    ...['#9b4805', '#8d5403', '#7f5d09', '#73630a', '#636906', '#4a710a', '#077826', '#107550', '#097463', '#027271', '#06707e'],
    ...['#026e8c', '#0b699f', '#1d60bc', '#4a56bc', '#654db6', '#7a44aa', '#8b3c98', '#993582', '#a33069', '#aa2e4e'],
  ],
}

/** The colours there are, as Ink names them; none for nicks without colours. */
export function nickColors(
  { theme, nickColors: wanted }: Pick<Settings, 'theme' | 'nickColors'>,
  depth: ColorDepth,
): readonly string[] {
  if (theme === 'mono' || depth === 'none' || wanted === 'off') return []
  const background = theme === 'light' ? 'light' : 'dark'
  if (wanted === 'base' || depth === '16') return BASE[background]
  return depth === '256' ? OF_256[background].map((index) => `ansi256(${index})`) : OF_ALL[background]
}
