import { type Config, DEFAULT_PUBLIC_URL } from "@ephor/domain/config/config";

/**
 * The address that pages and links name: `publicUrl` of the configuration or, where that was left at its default, the one
 * that is listened on. A server on every address of a machine is reached by its loopback one.
 */
export function publicUrlOf({ publicUrl }: Pick<Config, "publicUrl">, listeningUrl: string): string {
  if (publicUrl !== DEFAULT_PUBLIC_URL) return publicUrl;
  return listeningUrl.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:");
}
