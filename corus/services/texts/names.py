"""First names to look for, and capitalised words that name nobody. Short on purpose.

Suggestions only: a person reads every text.
"""

from __future__ import annotations


def _set(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


FIRST_NAMES = _set(
    """
    abdel abdou abdoulaye adam adama adèle adrien agathe agnès ahmed aïcha alain alan albert
    alessandro alex alexandra alexandre alexis alfred ali alice alicia aline alix amadou amandine
    amélie amina amine amir ana anaïs andré andréa andrée andrew angela angélique anissa anita anna
    anne annick annie anouk antoine antonio apolline ariane armand armelle arnaud arthur astrid
    audrey aurélie aurélien axel aya aymeric baptiste barbara bastien béatrice benjamin benoît
    bernadette bernard bertrand bilal boris brahim brice brigitte bruno camille carine carla carlos
    carole caroline catherine cécile cédric céline chantal charles charlotte chiara chloé christelle
    christian christiane christine christophe claire clara claude claudine clément cléo colette
    coralie corentin corinne cyril damien daniel danielle daniela david deborah delphine denis
    denise diane didier dimitri djamila dominique driss edgar edith édouard éléonore elena éliane
    élias élisa élisabeth elise élodie éloïse elsa émeline émile émilie emma emmanuel emmanuelle
    enzo éric erwan estelle esther étienne eugénie eva évelyne fabien fabienne fabrice farid fatima
    fatou fatoumata faustine félix ferdinand fernand fernanda florence florent florian france-lise
    francis francisco franck françois françoise frédéric gabin gabriel gabrielle gaël gaëlle gaétan
    geneviève geoffrey georges georgette gérald gérard germain ghislaine gilbert gilles ginette
    giovanni gisèle grégoire grégory guillaume gustave gwenaëlle habib hakim hamza hanna hassan
    hector hélène henri henriette hervé hicham hugo hugues ibrahim ibrahima ilyès inès ingrid irène
    isabelle ismaël jacqueline jacques jalil james jamila jane janine jean jeanne jeannine jennifer
    jérémy jérôme jessica joël joëlle johanna john jonathan josé joseph josette josiane josselin
    juan jules julia julie julien juliette justine kader kamel karim karima karine kelly kevin
    khadija khaled laëtitia lamine laura laure laurence laurent laurie léa léo léon léonie leïla
    liam liliane lina linda lisa loïc loïs louis louise luc lucas lucie lucien lucienne ludivine
    ludovic madeleine mael maëlys magali mahmoud malik mamadou manon manuel manuela marc marcel
    margaux margot marguerite maria mariam marianne marie marielle mario marion marjorie marlène
    martin martine mary mathieu mathilde mathis matthieu maud maurice maxence maxime mehdi mélanie
    mélissa mélodie michael michel michèle micheline mickaël mireille mohamed mohammed monique
    morgane mouna mouloud moussa mustapha myriam nabil nadège nadia nadine naïma nassim natacha
    nathalie nathan nicolas nicole nina noah noé noémie nolwenn nora nour océane odette odile olga
    olivia olivier omar oscar ousmane pablo pascal pascale patrice patricia patrick paul paula
    paulette pauline pedro philippe pierrette pierrick quentin rachel rachid rachida raphaël
    raymond raymonde régine régis rémi renaud renée richard robert roberta roger roland romain
    romane ronan rosalie roxane sabine sabrina saïd salif salima sally salma samia samir samira
    samuel sandra sandrine sara sarah sébastien serge sergio séverine simon simone sofia sofiane
    sonia sophie stéphane stéphanie steven susan suzanne sylvain sylvaine sylvie tania teddy tiago
    théo théodore théophile thérèse thibault thierry thomas timothée tom tony valentin valentine
    valérie vanessa véronique vincent virginie viviane walid william xavier yacine yann yannick yann
    yasmina yasmine yohan yolande youssef yves yvette yvonne zoé zohra
    """
)
"""In small letters; found however they are written."""

ALSO_WORDS = _set(
    """
    aimé angèle aude aurore basile blanche capucine clarisse clémence colombe constance dolorès
    désiré fleur flore france gaston guy hermine iris jade jasmine lorraine luce lucille lune
    marin marina marine max may mercedes myrtille olive pascal perle pierre prudence prune rose
    rosier solange sol victoire victor violette mark rené
    """
)
"""First names that are words too: found only when they begin with a capital."""

NOBODY = _set(
    """
    le la les l un une des du de d au aux mon ma mes ton ta tes son sa ses notre nos votre vos leur
    leurs ce cet cette ces il elle on nous vous ils elles je j tu et mais ou où donc or ni car si
    que qui quand comme comment pourquoi puis alors ensuite enfin depuis grâce chez à en dans sur
    sous avec sans pour par vers merci bonjour bonsoir oui non rien tout toute tous toutes très trop
    plus moins aussi même encore déjà toujours jamais parfois souvent beaucoup ici là voilà voici
    aucun aucune certains certaines plusieurs chaque quelques personne avant après pendant entre
    c m s n t qu est c'est cœur
    malgré selon lors lorsque dès jusque être avoir
    the a an my your his her its our their this that these those he she it we they i you and but or
    so because if when what who why how then since thanks thank with without for from to in on at
    of by yes no nothing all very too more less also still always never sometimes often here there
    before after during between not
    lundi mardi mercredi jeudi vendredi samedi dimanche janvier février mars avril mai juin juillet
    août septembre octobre novembre décembre monday tuesday wednesday thursday friday saturday
    sunday january february march april may june july august september october november december
    france europe français française françaises dieu noël pâques internet covid google facebook
    whatsapp état république région département mairie préfecture pôle emploi restos secours croix
    rouge sécurité sociale economy esat ehpad association coopérative entreprise conseil
    """
)
"""Words that, capitalised or not, name no person and no place that would tell who wrote."""
