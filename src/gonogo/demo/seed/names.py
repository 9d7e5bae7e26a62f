"""Names, streets and phrases of the sample data. All people and addresses are invented.

EM is not a postcode area that Royal Mail uses; telephone numbers are those Ofcom keeps for drama.
"""

from __future__ import annotations

_WOMEN = """
    Ann Amina Beth Bronwen Carol Chloe Deborah Ebele Elaine Farida Fiona Grace Hannah Harpreet Ifeoma
    Irene Jasmin Joan Karen Kirsty Leila Linda Maureen Mei Nadia Naomi Olwen Patricia Priya Rachel Renée
    Rosa Sadia Samantha Sarah Shanice Sian Siân Tracey Valerie Wendy Yasmin Zoë
"""
_MEN = """
    Abdul Adam Ahmed Alan Andrew Barry Benedict Callum Carlton Chidi Colin Darren David Declan Emmanuel
    Errol Gareth Gary George Hamish Ibrahim Imran Ivan Jack James Jamal John Keith Kwame Lee Marek
    Martin Mohammed Nigel Owen Paul Piotr Rajesh Robert Stephen Terence Tomasz Vikram Wayne William
"""
_SURNAMES = """
    Adams Adeyemi Ahmed Akhtar Allen Bailey Baker Begum Bennett Brown Campbell Carter Chapman Chowdhury
    Clark Clarke Collins Cook Cooper Cox Davies Davis Dhillon Edwards Ellis Evans Fernandes Foster Gill
    Gray Green Griffiths Hall Harris Harrison Hill Holmes Hossain Hughes Hunt Hussain Jackson James
    Johnson Jones Kaur Kelly Khan King Knight Kowalska Lee Lewis Lloyd MacDonald Marshall Martin Mason
    Matthews McCarthy Miah Miller Mills Mitchell Moore Morgan Morris Murphy Nguyen Nowak O'Brien
    O'Connor Okafor Owen Palmer Parker Patel Phillips Powell Price Rahman Reid Richards Roberts Robinson
    Rogers Ross Russell Scott Shah Shaw Simpson Singh Smith Smith-Okoro Stevens Stewart Taylor Thomas
    Thompson Turner Walker Ward Watson Webb White Wilkinson Williams Wilson Wood Wright Young
"""

WOMEN = tuple(_WOMEN.split())
MEN = tuple(_MEN.split())
SURNAMES = tuple(_SURNAMES.split())

TOWN = "Eastmere"

STREETS: tuple[tuple[str, str, str, str], ...] = (
    # street or block, kind, estate, postcode without its last two letters
    ("Larkspur Close", "House", "Meadowfield", "EM1 1"),
    ("Foxglove Way", "House", "Meadowfield", "EM1 1"),
    ("Cowslip Gardens", "Bungalow", "Meadowfield", "EM1 2"),
    ("Sorrel Drive", "House", "Meadowfield", "EM1 2"),
    ("Harbour Court", "Flat", "Quayside", "EM2 4"),
    ("Anchor House", "Flat", "Quayside", "EM2 4"),
    ("Lightermans Row", "House", "Quayside", "EM2 5"),
    ("Capstan House", "Flat", "Quayside", "EM2 5"),
    ("Attlee Road", "House", "St Aldhelm", "EM3 6"),
    ("Bevan Avenue", "House", "St Aldhelm", "EM3 6"),
    ("Wheatley Tower", "Flat", "St Aldhelm", "EM3 7"),
    ("Wilkinson Tower", "Flat", "St Aldhelm", "EM3 7"),
    ("Almoners Lane", "Bungalow", "Priory", "EM4 8"),
    ("Cloister Walk", "House", "Priory", "EM4 8"),
    ("Refectory Court", "Flat", "Priory", "EM4 9"),
    ("Kiln Street", "House", "Brickfields", "EM5 1"),
    ("Potters Rise", "House", "Brickfields", "EM5 1"),
    ("Clay Lane", "House", "Brickfields", "EM5 2"),
    ("Furnace Court", "Flat", "Brickfields", "EM5 2"),
    ("Stamford House", "Flat", "Brickfields", "EM5 3"),
)
DWELLINGS_A_STREET = 26
POSTCODE_LETTERS = ("AB", "DE", "FG", "HJ", "LN", "PQ", "RS", "TU", "WX", "YZ")

FAULTS_BY_TRADE: dict[str, tuple[str, ...]] = {
    "Plumbing": ("Kitchen tap drips", "Leak under the bath", "Toilet does not flush", "Blocked sink waste"),
    "Electrical": (
        "No lights upstairs",
        "Socket sparks when used",
        "Extractor fan not working",
        "Smoke alarm chirps",
    ),
    "Heating": ("No heating or hot water", "Radiator cold in back bedroom", "Boiler shows fault E119"),
    "Carpentry": (
        "Kitchen cupboard door off",
        "Back door sticks",
        "Loose stair tread",
        "Internal door damaged",
    ),
    "Roofing": (
        "Slipped tiles above porch",
        "Gutter overflows at rear",
        "Damp patch on bedroom ceiling after rain",
    ),
    "Glazing": ("Cracked pane in living room", "Window will not close", "Misted double glazing"),
    "Damp and mould": (
        "Mould on bathroom ceiling",
        "Black mould in child's bedroom",
        "Damp along outside wall",
    ),
    "Locks": ("Front door lock stiff", "Key lost, lock change requested", "Garage lock seized"),
}
