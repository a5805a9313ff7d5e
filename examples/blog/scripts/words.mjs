import { weightedSampler, zipfWeights } from './random.mjs';

/** The most frequent first. */
const COMMON = `
  the of and to a in that is it for on with as was but they this be from have not are or by one had at all we can
  your when what there use an each which do how their if will up other about out many then them these so some her
  would make like into time has look two more write go see number no way could people my than first been call who its
  now find long down day did get come made may part over new sound take only little work know place year live back
  give most very after thing our just name good sentence think say great where help through much before line right
  too mean old any same tell follow came want show also around form small set put end does another well large must
  big even such because turn here why ask went read need different home move try kind hand picture again change off
  play spell away animal house point page letter mother answer found study still learn plant cover food sun four
  between state keep eye never last let thought city tree cross farm hard start might story far sea draw left late run
  while press close night real life few north open seem together next white children begin got walk example ease paper
  group always music those both mark often until mile river car feet care second book carry took science eat room
  friend began idea fish mountain stop once base hear horse cut sure watch color face wood main enough plain girl
  usual young ready above ever red list though feel talk bird soon body dog family direct pose leave song measure door
  product black short class wind question happen complete ship area half rock order fire south problem piece told knew
  pass since top whole king space heard best hour better true during hundred five remember step early hold west ground
  interest reach fast verb sing listen six table travel less morning ten simple several toward war lay against pattern
  slow center love person money serve appear road map rain rule govern pull cold notice voice unit power town fine
  certain fly fall lead cry dark machine note wait plan figure star box noun field rest correct able pound done beauty
  drive stood contain front teach week final gave green quick develop ocean warm free minute strong special mind behind
  clear tail produce fact street inch multiply nothing course stay wheel full force blue object decide surface deep
  moon island foot system busy test record boat common gold possible plane stead dry wonder laugh thousand ago ran
  check game shape equate hot miss brought heat snow tire bring yes distant fill east paint language among
`;

const FIRST_HALVES = `
  micro meta hyper multi inter super trans auto photo tele under over counter cyber electro geo hydro infra macro mono
  neuro poly proto pseudo retro semi thermo ultra crypto back
`;

const SECOND_HALVES = `
  service graph data cast link scope port form script type frame phase stream state logic node print wave field code
  model net plan point ground lens track sync set base
`;

/** Words that one can search for: the share of posts whose body has them. */
export const PLANTED = [
  { word: 'kubernetes', share: 0.02 },
  { word: 'deadlock', share: 0.002 },
  { word: 'heisenbug', share: 0.0002 },
];

const FIRST_NAMES = `
  Ada Alan Barbara Carlos Chen Dana Edgar Elif Emre Fatima Frances Grace Hanna Hiro Ines Ivan Jamal Jin Joan Karen
  Kofi Lars Leila Linus Maria Mei Michael Nadia Niklaus Olga Omar Priya Radia Rosa Samir Sofia Tim Vera Wei Yuki
`;

const LAST_NAMES = `
  Abe Almeida Bauer Becker Boyle Chamberlin Chowdhury Codd Cohen Costa Diaz Dijkstra Ferrari Fischer Garcia Hansen
  Hopper Ito Jansen Kaya Kim Kowalski Larsen Lee Liskov Lovelace Moreau Nguyen Novak Okafor Patel Perlman Rossi Santos
  Sato Silva Singh Stonebraker Tanaka Wirth
`;

/** The tags, the most used first: each topic, then what one writes about it. */
const TOPICS = `
  JavaScript Travel Databases Cooking Photography Music Linux Books History Gardening Cycling Films Python Coffee
  Architecture Astronomy Hiking Design Typography Economics Chess Biology Weather Running Sailing Baking Rust Painting
  Philosophy Languages Education Woodwork Trains Maps Radio Poetry Statistics Theatre Fashion Pottery Climbing Mathematics
  Wildlife Networks Cameras Robots Ceramics Mobility Parenting Cheese
`;

const SAMPLES = 1 << 16;

const list = (text) => text.trim().split(/\s+/);

function vocabulary() {
  const rare = list(FIRST_HALVES).flatMap((first) => list(SECOND_HALVES).map((second) => first + second));
  return [...new Set(list(COMMON)), ...rare];
}

/** Makes texts whose words follow Zipf's law, so that a search finds most posts, some, or a few. */
export class Writer {
  constructor(random) {
    this.random = random;
    const words = vocabulary();
    const sample = weightedSampler(zipfWeights(words.length, 1), random);
    // A table of samples, since a load draws twenty million words.
    this.samples = Array.from({ length: SAMPLES }, () => words[sample()]);
  }

  sentence(least, most) {
    const count = least + Math.floor(this.random() * (most - least + 1));
    let text = this.word();
    for (let index = 1; index < count; index++) {
      text += ` ${this.word()}`;
    }
    return text[0].toUpperCase() + text.slice(1);
  }

  /** Several sentences. A line break is written as COPY's text format wants it. */
  article(sentences) {
    let text = '';
    for (let index = 0; index < sentences; index++) {
      text += (index === 0 ? '' : index % 4 === 0 ? '\\n\\n' : ' ') + this.sentence(7, 15) + '.';
    }
    for (const { word, share } of PLANTED) {
      if (this.random() < share) {
        text += ` See also ${word}.`;
      }
    }
    return text;
  }

  word() {
    return this.samples[Math.floor(this.random() * SAMPLES)];
  }

  fullName() {
    return `${pick(firstNames, this.random)} ${pick(lastNames, this.random)}`;
  }
}

/** 200 names of tags. */
export function tagNames() {
  const topics = list(TOPICS);
  return [...topics, ...['for beginners', 'tips', 'news'].flatMap((what) => topics.map((topic) => `${topic} ${what}`))];
}

const firstNames = list(FIRST_NAMES);
const lastNames = list(LAST_NAMES);
const pick = (from, random) => from[Math.floor(random() * from.length)];
