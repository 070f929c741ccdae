import { ApiError } from '../../api/api-error.ts'
import { HitlessError } from '../../base/error.ts'
import { awaitNodeName, type NodeClaim } from '../../node/node-holder.ts'

/**
 * False: interrupted while it waited for the end of a run that seems to have been killed. Rejects with HitlessError when
 * another one runs a node of that name.
 */
export async function takeNodeName(
  doors: Parameters<typeof awaitNodeName>[0],
  claim: NodeClaim,
): Promise<boolean> {
  const { name } = claim
  const claimed = awaitNodeName(doors, claim, (waitMs) => {
    const seconds = Math.ceil(waitMs / 1_000)
    process.stderr.write(
      `node     ${name} was alive a moment ago: waiting up to ${seconds} s to see whether it still is\n`,
    )
  })
  switch (await reach(claimed)) {
    case 'free':
      return true
    case 'interrupted':
      return false
    case 'taken':
      throw nodeTaken(name)
  }
}

export function nodeTaken(name: string): HitlessError {
  return new HitlessError('node-taken', `a node named ${name} is running already`, {
    exitCode: 3,
    hint: 'Choose another name: --name NAME.',
  })
}

/** Rejects with HitlessError when the API server does not answer, or not to us. */
export async function reach<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    throw new HitlessError('cluster-refused', `the API server refuses: ${error.message}`, {
      exitCode: 3,
      hint: 'Look whether `kubectl get nodes` works with this kubeconfig; a node needs the rights of system:node, or all.',
      cause: error,
    })
  }
}
