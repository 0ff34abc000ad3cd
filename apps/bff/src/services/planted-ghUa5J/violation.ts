import { createGiteaForge } from '../../adapters/forge/gitea/adapter.ts';
export const planted = createGiteaForge;
