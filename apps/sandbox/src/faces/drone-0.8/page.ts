import { goJson } from '../go.ts';

/**
 * What every unknown path and method answers, the API's too. The CSRF token is told nowhere else.
 * @param user the signed-in person's shape and token; undefined for guests
 */
export function page(
  version: string,
  signedIn: { user: object; csrf: string; syncing: boolean } | undefined,
): string {
  const script = (text: string): string => `<script>\n${text}\n</script>\n`;
  const told = signedIn
    ? script(
        `\twindow.DRONE_USER = ${goJson(signedIn.user).trimEnd()};\n\twindow.DRONE_SYNC =  ${signedIn.syncing} ;`,
      ) + script(`\twindow.DRONE_CSRF = "${signedIn.csrf}"`)
    : '';
  return `<!DOCTYPE html>
<html>
<head>
	<meta charset="utf-8">
	<meta name="version" content="${version}">
${told}<title>Drone 0.8</title></head>
<body><p>Sandbox of a Drone 0.8 server. Use the console instead.</p></body>
</html>
`;
}
