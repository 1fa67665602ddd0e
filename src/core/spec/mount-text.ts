/** How the kubelet says that a volume cannot be set up. */
export const mountText = (volume: string, message: string): string =>
  `MountVolume.SetUp failed for volume "${volume}" : ${message}`;
