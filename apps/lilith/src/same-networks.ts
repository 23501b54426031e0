import { ConfigError, quoteKey } from '@dchat/config'
import type { LilithConfig } from './config.ts'

type Networks = Pick<LilithConfig, 'networks' | 'paths'>

/**
 * Networks of a seed that runs neither come nor go.
 * @throws {ConfigError} naming one that did, or that keeps its files elsewhere
 */
export function checkSameNetworks(before: Networks, after: Networks): void {
  const of = ({ networks }: Networks): Map<string, string> => new Map(networks.map(({ name, datastore }) => [name, datastore]))
  const [old, now] = [of(before), of(after)]
  const refuse = (path: readonly string[], reason: string): never => {
    const key = path.map(quoteKey).join('.')
    const file = after.paths.configFile
    throw new ConfigError('CONFIG_VALUE', { file, line: null, key, reason, hint: 'restart to change it' })
  }
  for (const [name, datastore] of now) {
    if (!old.has(name)) refuse(['network', name], 'cannot be added while the seeds run')
    if (old.get(name) !== datastore) refuse(['network', name, 'datastore'], 'cannot change while the node runs')
  }
  for (const name of old.keys()) if (!now.has(name)) refuse(['network', name], 'cannot be taken away while the seeds run')
}
