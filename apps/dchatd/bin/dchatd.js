#!/usr/bin/env node
if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error(
    'dchatd needs Node 24 or newer, this is ' +
      process.version +
      '. Run it through "npx -y pnpm@12 exec dchatd", which brings its own.',
  )
  process.exit(1)
}
try {
  const { guardProcess } = await import('../dist/guard.js')
  guardProcess({ isDaemon: true })
  await import('../dist/main.js')
} catch (error) {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND' || !/dist\/(?:guard|main)\.js/.test(String(error.message))) throw error
  console.error('dchatd is not built yet: run "npx -y pnpm@12 build" once.')
  process.exit(1)
}
