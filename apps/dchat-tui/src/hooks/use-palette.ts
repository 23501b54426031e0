import chalk from 'chalk'
import { useMemo } from 'react'
import type { Settings } from '../settings/settings.ts'
import { colorDepth } from '../view/color-depth.ts'
import type { ColorDepth } from '../view/color-depth.ts'
import { paletteOf } from '../view/theme.ts'
import type { Palette } from '../view/theme.ts'

/** Bold and inverse are no colours: without colours the renderer is given none, and writes the rest. */
const CHALK_LEVELS: Readonly<Record<ColorDepth, 1 | 2 | 3>> = { none: 1, '16': 1, '256': 2, truecolor: 3 }

/** The palette of the settings on this terminal; the renderer, whose chalk is this one, writes as many colours from the same frame on. */
export function usePalette({ theme, colors, nickColors }: Settings, env: NodeJS.ProcessEnv): Palette {
  return useMemo(() => {
    const depth = colorDepth(colors, env)
    chalk.level = CHALK_LEVELS[depth]
    return paletteOf({ theme, nickColors }, depth)
  }, [theme, colors, nickColors, env])
}
