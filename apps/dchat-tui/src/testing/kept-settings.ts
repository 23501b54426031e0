/** Settings without files: what would be kept of them is in memory. */
import { NOTHING_OWN } from '../settings/own-file.ts'
import type { OwnData } from '../settings/own-file.ts'
import type { SettingLayers } from '../settings/read-settings.ts'
import { SettingsKeeper } from '../settings/settings-keeper.ts'

/** @param layers what is said of them; the defaults hold for the rest */
export function keptSettings(layers: Partial<SettingLayers> = {}): { keeper: SettingsKeeper; own: { data: OwnData } } {
  const own = { data: { ...NOTHING_OWN, settings: layers.own ?? {} } }
  const all = { flags: {}, own: {}, env: {}, file: { path: 'tui.toml', text: '' }, ...layers }
  const keeper = new SettingsKeeper({
    layers: all,
    own: {
      update: (change) => {
        own.data = change(own.data)
      },
    },
  })
  return { keeper, own }
}
