import { arch, release } from 'node:os'

/** What `kubectl get nodes -o wide` tells about a node of this machine. */
export function nodeInfo(version: string) {
  return {
    kubeletVersion: `v1.34.4-hitless.${version}`,
    operatingSystem: 'linux',
    architecture: GO_ARCHITECTURES.get(arch()) ?? arch(),
    kernelVersion: release(),
    osImage: 'hitless',
    containerRuntimeVersion: `hitless://${version}`,
  }
}

const GO_ARCHITECTURES: ReadonlyMap<string, string> = new Map([
  ['x64', 'amd64'],
  ['ia32', '386'],
])
