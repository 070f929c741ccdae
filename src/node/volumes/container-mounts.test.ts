import { beforeEach, expect, test } from 'vitest'
import type { VolumeMount } from '../../api/volume.ts'
import { SimulatedFiles } from '../../simulator/simulated-files.ts'
import { mountVolumes } from './container-mounts.ts'

let files = new SimulatedFiles()
beforeEach(async () => {
  files = new SimulatedFiles()
  await files.makeDirectory('/pods/shared')
  await files.changeMode('/pods/shared', 0o2775)
  await files.makeDirectory('/pods/settings/..1')
  await files.writeText('/pods/settings/..1/color', 'blue')
  await files.makeLink('/pods/settings/..data', '..1')
  await files.makeLink('/pods/settings/color', '..data/color')
  await files.makeDirectory('/secret/place')
  await files.makeLink('/pods/shared/out', '/secret')
  await files.writeText('/pods/shared/file', '')
})

const volumes = new Map([
  ['work', { path: '/pods/shared', readOnly: false }],
  ['settings', { path: '/pods/settings', readOnly: true }],
])

const mount = (...volumeMounts: readonly VolumeMount[]) =>
  mountVolumes(files, { name: 'app', volumeMounts }, { volumes, env: { NAME: 'web-1', NONE: '' } })

test('volumes are mounted where they are wanted, those inside of others behind them', async () => {
  expect(
    await mount(
      { name: 'settings', mountPath: '/data/settings/' },
      { name: 'work', mountPath: '/data', readOnly: true },
      { name: 'work', mountPath: 'tmp' },
    ),
  ).toEqual([
    { source: '/pods/shared', target: '/data', readOnly: true },
    { source: '/pods/shared', target: '/tmp', readOnly: false },
    { source: '/pods/settings', target: '/data/settings', readOnly: true },
  ])
})

test('a subPath is the file of now, or a new directory with the mode of its volume', async () => {
  const [color, made, expanded, whole] = await mount(
    { name: 'settings', mountPath: '/color', subPath: 'color' },
    { name: 'work', mountPath: '/a', subPath: './logs//deep' },
    { name: 'work', mountPath: '/b', subPathExpr: 'pods/$(NAME)' },
    { name: 'work', mountPath: '/c', subPath: '.' },
  )
  expect(color).toEqual({ source: '/pods/settings/..1/color', target: '/color', readOnly: true })
  expect(made?.source).toBe('/pods/shared/logs/deep')
  const status = await files.statusOf('/pods/shared/logs', { followLinks: false })
  expect(status).toEqual({ type: 'directory', mode: 0o2775 })
  expect(expanded?.source).toBe('/pods/shared/pods/web-1')
  expect(whole?.source).toBe('/pods/shared')
})

test.each<[string, Partial<VolumeMount>]>([
  ['cannot find volume "none" to mount into container "app"', { name: 'none' }],
  ['error SubPath `/a` must not be an absolute path', { subPath: '/a' }],
  ["unable to provision SubPath `a/../b`: must not contain '..'", { subPath: 'a/../b' }],
  ['missing value for NONE, OTHER', { subPathExpr: '$(OTHER)/$(NAME)/$(NONE)' }],
  ['failed to prepare subPath for volumeMount "work" of container "app"', { subPath: 'out/place' }],
  [
    'failed to create subPath directory for volumeMount "work" of container "app"',
    { subPath: 'out/new' },
  ],
  [
    'failed to create subPath directory for volumeMount "work" of container "app"',
    { subPath: 'file/new' },
  ],
])('%s', async (message, wanted) => {
  const mounting = mount({ name: 'work', mountPath: '/x', ...wanted })
  await expect(mounting).rejects.toThrow(
    expect.objectContaining({ name: 'ContainerConfigError', message }),
  )
  expect(await files.kindOf('/secret/new')).toBe('missing')
})
