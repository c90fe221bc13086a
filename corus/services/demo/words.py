"""What the fictional stakeholders write in open questions: chance of an answer, and sentences.

The difficult is here as well as the pleasant, since a demonstration that only praises would teach
people to read profiles badly.
"""

from __future__ import annotations

WORDS: dict[str, tuple[float, tuple[str, ...]]] = {
    "change": (
        0.38,
        (
            "Les ateliers cuisine ont redonné confiance à des voisines qui ne sortaient plus.",
            "Deux maraîchers ont pu s’installer grâce aux commandes de l’année.",
            "Je mange des légumes toute la semaine, ce n’était pas le cas avant.",
            "Le quartier se retrouve le jeudi autour du dépôt de paniers.",
            "Moins de monde au marché depuis que les paniers existent.",
        ),
    ),
    "contribution": (
        0.22,
        (
            "La commune prête la salle et le centre social fait connaître les ateliers.",
            "Les bénévoles des jardins partagés.",
            "Le lycée agricole et une association de parents.",
        ),
    ),
    "unexpected_effect": (
        0.24,
        (
            "Des retraités apprennent à cuisiner aux plus jeunes, personne ne l’avait prévu.",
            "Le bruit des livraisons du matin gêne la rue.",
            "Des clients sont devenus bénévoles.",
            "Certaines personnes n’osent plus venir, elles se sentent jugées.",
            "Les emballages consignés ont été repris par trois commerces.",
        ),
    ),
    "improvement": (
        0.35,
        (
            "Ouvrir plus tard le soir.",
            "Dire comment les prix sont fixés.",
            "Partager les décisions avec les équipes.",
            "Un point de retrait de l’autre côté de la voie ferrée.",
        ),
    ),
    "omission": (
        0.12,
        (
            "Les relations avec les commerces voisins.",
            "La fatigue des bénévoles.",
            "La place des enfants.",
        ),
    ),
}
