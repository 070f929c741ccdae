import { homedir } from 'node:os'
import { join } from 'node:path'
import { HitlessError } from '../../base/error.ts'
import { resolveImage } from '../../manifest/image-mapping.ts'
import type { ImageMapping } from '../../manifest/settings.ts'
import { ImageStore } from '../../runtime/image-store.ts'
import { ImagePullError, type ImageConfig } from '../../runtime/runtime.ts'
import type { World } from '../../world/world.ts'

/**
 * Unpacks the image archives that hitless.yaml names, where that was not done before, and tells what each image stands
 * for; what hitless.yaml says wins over what the archive says. Rejects with HitlessError `image-archive` or `image-root`.
 */
export async function openImages(
  world: Pick<World, 'files' | 'processes'>,
  mappings: readonly ImageMapping[],
): Promise<(image: string) => ImageConfig | undefined> {
  const store = new ImageStore(world, join(cacheDirectory(), 'images'))
  const archives = new Map<string, ImageConfig>()
  for (const { archive, root, pattern } of mappings) {
    if (root !== undefined) await checkRoot(world, root, pattern)
    if (archive === undefined) continue
    const name = pattern.includes('*') ? '' : pattern
    archives.set(`${archive} ${pattern}`, await unpack(store, archive, name))
  }
  return (image) => {
    const mapping = mappings.find((candidate) => resolveImage([candidate], image) !== undefined)
    if (mapping === undefined) return undefined
    const own = resolveImage([mapping], image)
    const unpacked = archives.get(`${mapping.archive ?? ''} ${mapping.pattern}`)
    return own === undefined || unpacked === undefined ? own : merge(own, unpacked)
  }
}

function merge(
  { command, env, workingDir, stopSignal }: ImageConfig,
  unpacked: ImageConfig,
): ImageConfig {
  return {
    ...unpacked,
    ...(command.length === 0 ? {} : { command, defaultArgs: [] }),
    env: { ...unpacked.env, ...env },
    ...(workingDir === '' ? {} : { workingDir }),
    ...(stopSignal === undefined ? {} : { stopSignal }),
  }
}

/** Before a container fails for a program that is missing, as all of it is. With a tag in it, it may be made later. */
async function checkRoot(
  { files }: Pick<World, 'files'>,
  root: string,
  pattern: string,
): Promise<void> {
  if (root.includes('{tag}') || (await files.kindOf(root)) === 'directory') return
  throw new HitlessError('image-root', `images.${pattern}.root: ${root} is not a directory`, {
    exitCode: 2,
    hint: "Name the directory that holds the image's root file system, relative to hitless.yaml.",
  })
}

async function unpack(store: ImageStore, archive: string, image: string): Promise<ImageConfig> {
  try {
    return await store.unpack(archive, image)
  } catch (error) {
    if (!(error instanceof ImagePullError)) throw error
    throw new HitlessError('image-archive', error.message, {
      exitCode: 2,
      hint: 'Make it with `docker save IMAGE -o FILE.tar`, or name an OCI image layout.',
    })
  }
}

/** As the XDG base directory specification has it. */
function cacheDirectory(): string {
  const configured = process.env['XDG_CACHE_HOME'] ?? ''
  return join(configured === '' ? join(homedir(), '.cache') : configured, 'hitless')
}
