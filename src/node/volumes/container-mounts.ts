import type { Container } from '../../api/pod.ts'
import type { VolumeMount } from '../../api/volume.ts'
import type { Mount } from '../../runtime/runtime.ts'
import type { Files } from '../../world/files.ts'
import { ContainerConfigError } from '../container/container-config-error.ts'
import { expandReferences } from '../environment/expansion.ts'
import { cleanPath, hasBackStep, isWithin, joinPath } from './paths.ts'

/** A volume that is set up. */
export interface MountedVolume {
  readonly path: string
  /** Whatever a mount of it says. */
  readonly readOnly: boolean
}

/**
 * What a container is to see where: its volume mounts, those that lie inside of others behind them. `env` is the
 * container's environment without that of its image. Throws ContainerConfigError.
 * https://kubernetes.io/docs/concepts/storage/volumes/#using-subpath
 */
export async function mountVolumes(
  files: Files,
  container: Container,
  {
    volumes,
    env,
  }: {
    readonly volumes: ReadonlyMap<string, MountedVolume>
    readonly env: Readonly<Record<string, string>>
  },
): Promise<readonly Mount[]> {
  const mounts: Mount[] = []
  for (const mount of container.volumeMounts ?? []) {
    const volume = volumes.get(mount.name)
    if (volume === undefined) {
      throw new ContainerConfigError(
        `cannot find volume "${mount.name}" to mount into container "${container.name}"`,
      )
    }
    const subPath = checkSubPath(subPathOf(mount, env))
    const source =
      subPath === ''
        ? volume.path
        : await prepareSubPath(files, { volume, subPath, mount, container })
    mounts.push({
      source,
      target: cleanPath(`/${mount.mountPath}`),
      readOnly: volume.readOnly || mount.readOnly === true,
    })
  }
  return inOrder(mounts)
}

/** As container runtimes order them: by how deep they lie, else as they are written. */
export function inOrder(mounts: readonly Mount[]): readonly Mount[] {
  return mounts.toSorted((a, b) => depthOf(a) - depthOf(b))
}

function depthOf({ target }: Mount): number {
  return target.split('/').length
}

/** `$(NAME)` of an unknown or empty variable is no path. */
function subPathOf(
  { subPath = '', subPathExpr = '' }: VolumeMount,
  env: Readonly<Record<string, string>>,
): string {
  if (subPathExpr === '') return subPath
  const missing = new Set<string>()
  const expanded = expandReferences(subPathExpr, (name) => {
    const value = Object.hasOwn(env, name) ? (env[name] ?? '') : ''
    if (value === '') missing.add(name)
    return value
  })
  if (missing.size === 0) return expanded
  throw new ContainerConfigError(`missing value for ${[...missing].toSorted().join(', ')}`)
}

function checkSubPath(subPath: string): string {
  if (subPath.startsWith('/')) {
    throw new ContainerConfigError(`error SubPath \`${subPath}\` must not be an absolute path`)
  }
  if (hasBackStep(subPath)) {
    throw new ContainerConfigError(
      `unable to provision SubPath \`${subPath}\`: must not contain '..'`,
    )
  }
  return cleanPath(subPath)
}

/**
 * A part of a volume: a directory where it is missing, and without symbolic links, so that it shows what is there now,
 * and goes on to. What leads out of the volume is refused, without a word on where it leads.
 */
async function prepareSubPath(
  files: Files,
  {
    volume,
    subPath,
    mount,
    container,
  }: {
    readonly volume: MountedVolume
    readonly subPath: string
    readonly mount: VolumeMount
    readonly container: Container
  },
): Promise<string> {
  const subject = `subPath for volumeMount "${mount.name}" of container "${container.name}"`
  const path = joinPath(volume.path, subPath)
  try {
    const root = await files.realPath(volume.path)
    if ((await files.kindOf(path)) === 'missing') {
      await makeWithin(files, { root, subPath }).catch(() => {
        const what = `subPath directory for volumeMount "${mount.name}" of container "${container.name}"`
        throw new ContainerConfigError(`failed to create ${what}`)
      })
    }
    const real = await files.realPath(path)
    if (isWithin(real, root)) return real
  } catch (error) {
    if (error instanceof ContainerConfigError) throw error
  }
  throw new ContainerConfigError(`failed to prepare ${subject}`)
}

/** One directory after another, with the mode of the volume; never through a link that leads out of it. */
async function makeWithin(
  files: Files,
  { root, subPath }: { readonly root: string; readonly subPath: string },
): Promise<void> {
  const { mode = 0o755 } = (await files.statusOf(root, { followLinks: true })) ?? {}
  let current = root
  for (const name of subPath.split('/')) {
    const next = joinPath(current, name)
    if ((await files.kindOf(next)) === 'missing') {
      await files.makeDirectory(next)
      await files.changeMode(next, mode)
    }
    current = await files.realPath(next)
    if (!isWithin(current, root)) throw new ContainerConfigError('outside of the volume')
  }
}
