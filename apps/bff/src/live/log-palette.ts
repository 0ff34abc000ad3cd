/**
 * The colours of log text in a page of its own, by the names the console's page has for them: `.f0`…`.f255` for text,
 * `.g0`…`.g255` for grounds. The first 16 are chosen, the others are the palette terminals share; text that could not be
 * read on the light or the dark ground is moved towards black or white until it can.
 */
type Rgb = readonly [number, number, number];

const text: readonly (readonly [light: string, dark: string])[] = [
  ...[pair('#23292f', '#8c97a3'), pair('#b3261e', '#f0857b'), pair('#1a7039', '#62c48b')],
  ...[pair('#7f5600', '#d9b25f'), pair('#1f56b8', '#7fa8f5'), pair('#8a3a9b', '#cf94dd')],
  ...[pair('#0b6a82', '#60c0d6'), pair('#5d6772', '#c3cad2'), pair('#626c77', '#8c97a3')],
  ...[pair('#c62f25', '#ff9d94'), pair('#1b7a3e', '#7fd8a4'), pair('#8d5f00', '#ecc878')],
  ...[pair('#2a63cf', '#9dbdff'), pair('#9a45ab', '#e0aeec'), pair('#0f738c', '#82d5e8')],
  pair('#444c56', '#eef1f4'),
];
const grounds = [
  ...['#2b3036', '#9c1f18', '#176334', '#e0b23c', '#1d4fa8', '#7a3389', '#0b6a82', '#cfd5db'],
  ...['#5d6772', '#b3261e', '#1a7039', '#f2cf6b', '#2a5bd0', '#8a3a9b', '#0f738c', '#eef1f4'],
];
const onDark = '#ffffff';
const onLight = '#171b20';
/** The least favourable grounds text stands on. */
const lightGround = rgbOf('#fff5d6');
const darkGround = rgbOf('#29220f');
const LEGIBLE = 4.5;

let made: string | null = null;

/** Rules for all 512 names; those of grounds first, so that text of a colour keeps it. */
export function paletteCss(): string {
  made ??= [
    ...Array.from({ length: 256 }, (_, index) => {
      const ground = grounds[index] ?? hex(shared(index));
      const better = contrast(rgbOf(ground), rgbOf(onDark)) > contrast(rgbOf(ground), rgbOf(onLight));
      return `.g${index}{background:${ground};color:${better ? onDark : onLight}}`;
    }),
    ...Array.from({ length: 256 }, (_, index) => {
      const [light, dark] = text[index] ?? [
        hex(legible(shared(index), 0, lightGround)),
        hex(legible(shared(index), 255, darkGround)),
      ];
      return `.f${index}{color:${light === dark ? light : `light-dark(${light},${dark})`}}`;
    }),
  ].join('');
  return made;
}

function pair(light: string, dark: string): readonly [string, string] {
  return [light, dark];
}

/** xterm's colours from 16 on: a cube, then greys. */
function shared(index: number): Rgb {
  const grey = 8 + (index - 232) * 10;
  if (index >= 232) return [grey, grey, grey];
  const level = (step: number) => (step === 0 ? 0 : 55 + step * 40);
  const cube = index - 16;
  return [level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)];
}

function legible(colour: Rgb, towards: 0 | 255, ground: Rgb): Rgb {
  const moved = (by: number) => colour.map((part) => Math.round(part + (towards - part) * by));
  for (let step = 0; step < 100; step += 1) {
    const [r = 0, g = 0, b = 0] = moved(step / 100);
    if (contrast([r, g, b], ground) >= LEGIBLE) return [r, g, b];
  }
  return [towards, towards, towards];
}

/** WCAG's contrast of two colours. */
function contrast(one: Rgb, other: Rgb): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: Rgb): number {
  const [r = 0, g = 0, b = 0] = colour.map((part) =>
    part <= 10 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const hex = (colour: Rgb): string => `#${colour.map((part) => part.toString(16).padStart(2, '0')).join('')}`;

function rgbOf(colour: string): Rgb {
  const part = (at: number) => Number.parseInt(colour.slice(at, at + 2), 16);
  return [part(1), part(3), part(5)];
}
