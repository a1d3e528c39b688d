"""Every text of the window, in German; see `texts`."""

from __future__ import annotations

import sys

from app.ui.actions import Action

APP_NAME = "Digit Pad"
NO_DISPLAY = (
    "Digit Pad kann sein Fenster nicht öffnen: Es gibt keine Anzeige, die es benutzen kann "
    "({reason})."
)

HINT = "Hier eine Zahl schreiben"
HINT_DETAILS = (
    "Falsch gelesen? Auf den richtigen Balken klicken oder die Ziffer tippen. F1 zeigt alle Tasten."
)
BARS = "Wahrscheinlichkeit jeder Ziffer"
PICTURE = "Was das Netz sieht"
LOOK_INSIDE = "Klicken zeigt das Innere"
SURE = "Über 99 % sicher"
SURE_BY = "{percent} sicher"
UNSURE = "Nicht sicher, was das ist"
UNSURE_OF_SOME = "Bei manchem nicht sicher, was es ist"

LABELS = {
    Action.UNDO: "Zurück",
    Action.REDO: "Vor",
    Action.CLEAR: "Leeren",
    Action.OPEN: "Öffnen",
    Action.SETTINGS: "Einstellungen",
}

_COMMAND = "Cmd" if sys.platform == "darwin" else "Strg"
TOOL_TIPS = {
    Action.UNDO: f"Rückgängig ({_COMMAND}+Z)",
    Action.REDO: f"Wiederholen ({_COMMAND}+Y)",
    Action.CLEAR: "Das Papier leeren (Entf)",
    Action.PEN: "Stift (P)",
    Action.OPEN: (
        f"Ein Bild, eine Tintendatei oder ein Netz öffnen ({_COMMAND}+O), einfügen ({_COMMAND}+V)"
    ),
    Action.SAVE: f"Die Zeichnung speichern ({_COMMAND}+S)",
    Action.COPY_NUMBER: (
        f"Die Zahl kopieren ({_COMMAND}+C) oder die Zeichnung ({_COMMAND}+Umschalt+C)"
    ),
    Action.SETTINGS: f"Einstellungen ({_COMMAND}+,), Tasten (F1), Korrekturen ({_COMMAND}+L)",
}
ERASER_TOOL_TIPS = {
    False: "Radierer für ganze Striche (E; noch einmal: für Teile), auch mit der rechten Taste",
    True: "Radierer für Teile von Strichen (E; noch einmal: für ganze), auch mit der rechten Taste",
}
PEN_TOOL_TIP = "Breite des Stifts (+ und -)"

CLIPBOARD = "die Zwischenablage"
READING = "{name} wird gelesen ... (Esc bricht ab)"
LOADING = "Das Netz {name} wird geladen ..."
NETWORK_READS = (
    "Von nun an liest das Netz {name}; die Einstellungen führen zurück zum eigenen Netz."
)
OWN_NETWORK_READS = "Von nun an liest das eigene Netz von Digit Pad."
ERASER_TAKES = {
    False: "Der Radierer nimmt ganze Striche; noch einmal E: nur Teile davon.",
    True: "Der Radierer nimmt Teile von Strichen; noch einmal E: ganze.",
}
RECOVERED = "Das war auf dem Papier, als das Programm unerwartet endete."
KEEPS_DRAWING = {
    True: "Was am Ende auf dem Papier ist, wird beim nächsten Start wieder da sein.",
    False: "Der nächste Start beginnt mit leerem Papier.",
}
NO_NUMBERS = "Zahlen, die das Papier verlassen, bleiben hier"
NOTHING_TO_COPY = "Noch gibt es nichts zu kopieren; bitte erst eine Zahl schreiben."
NOTHING_TO_SAVE = "Noch gibt es nichts zu speichern; bitte erst eine Zahl schreiben."
COPIED = "Kopiert: {number}"
COPIED_DRAWING = "Die Zeichnung wurde als Bild kopiert."
CANNOT_COPY = "Die Zwischenablage ist nicht zu erreichen ({reason})."
SAVED = "Gespeichert als {name}."
CANNOT_SAVE = (
    "{name}: kann hier nicht gespeichert werden ({reason}); "
    "bitte einen anderen Ordner oder Namen wählen."
)
NO_COPYING = (
    "Um Bilder zu kopieren, braucht es noch ein Programm; bitte das Paket {package} installieren"
)
CANNOT_COPY_IMAGE = "Das Bild kann nicht kopiert werden ({reason})"
FIRST_DRAWING_ONLY = "{name} enthält mehrere Zeichnungen; dies ist die erste."
NO_INK = "{name}: In dieser Datei ist keine Tinte"
FIRST_ONLY = "Es waren mehrere Dateien; nur die erste, {name}, wird geöffnet."
NOTHING_FOUND = (
    "In {name} wurde keine Handschrift gefunden; ein schärferes oder näheres Bild hilft vielleicht."
)
NO_FILE = "{name}: Das ist ein Ordner oder ein Gerät; gebraucht wird ein Bild oder eine Tintendatei"
NOTHING_TO_PASTE = (
    "In der Zwischenablage ist kein Bild und keine Datei; bitte erst etwas davon kopieren"
)
NO_PASTING = (
    "Um Bilder einzufügen, braucht es noch ein Programm; bitte das Paket {package} installieren"
)
CLIPBOARD_TOO_LARGE = (
    "Das Bild in der Zwischenablage hat zu viele Pixel; bitte einen kleineren Teil davon kopieren"
)
CLIPBOARD_SILENT = (
    "Die Zwischenablage antwortet nicht; bitte nochmals kopieren, oder als Datei sichern und öffnen"
)
CLIPBOARD_UNREADABLE = (
    "Das Bild in der Zwischenablage kann nicht gelesen werden ({reason}); "
    "bitte noch einmal kopieren"
)

OPEN_FILE = "Ein Bild, eine Tintendatei oder ein Netz öffnen"
SAVE_DRAWING = "Die Zeichnung speichern"
SAVE = "Speichern"
EXISTS = "{name} gibt es schon; noch einmal speichern ersetzt die Datei"
FORMATS = {".png": "PNG", ".svg": "SVG", ".ndjson": "Tinte"}
DRAWING = "Zeichnung"
FIND_HELP = "Tippen sucht Dateien nach ihrem Namen"
FINDING = "Mit \u201e{typed}\u201c im Namen"
PARENT = "Hinauf zu {name}"
NO_PICTURES = "Hier sind keine Bilder, Tintendateien oder Netze"
NOTHING_OF_THAT_NAME = "Nichts mit diesem Namen"
CLOSED_FOLDER = "In diesen Ordner kann man nicht sehen ({reason})"
OPEN = "Öffnen"
CANCEL = "Abbrechen"

UNDO_KEY = f"{_COMMAND}+Z"
CORRECTED = (
    "Wird ab jetzt als {digit} gelesen, und was sehr ähnlich geschrieben ist, auch. "
    "{undo} nimmt das zurück."
)
CORRECTED_LAST = (
    "Die letzte Ziffer wird ab jetzt als {digit} gelesen. {undo} nimmt das zurück; "
    "um eine andere zu korrigieren, zuerst auf sie zeigen oder tippen."
)
RIGHT_ALREADY = "Das wird schon als {digit} gelesen."
NOTHING_TO_CORRECT = "Noch gibt es nichts zu korrigieren; bitte erst eine Ziffer schreiben."
NO_INK_TO_CORRECT = (
    "Ziffern in einem Bild lassen sich nicht korrigieren: "
    "Nur was hier geschrieben ist, hat Striche, aus denen sich lernen lässt."
)
LEARNING_IS_OFF = "Das Lernen ist ausgeschaltet; in den Einstellungen geht es wieder an."
DAMAGED_LINE = "Eine beschädigte Zeile der Korrekturen bleibt unbeachtet: {line}"
DAMAGED_LINES = "{count} beschädigte Zeilen der Korrekturen bleiben unbeachtet, die erste: {line}"
EXPORTED = "Die Korrekturen stehen jetzt auch in {path}"
CORRECT_HINT = "Klicken, was es sein soll"

INSIDE = "Im Inneren des Netzes"
SPOKE_FOR = "sprach für {digit}"
SPOKE_AGAINST = "sprach gegen {digit}"

CORRECTIONS = "Korrekturen"
NO_CORRECTIONS = (
    "Noch wurde nichts korrigiert. Wo eine Ziffer falsch gelesen wird: "
    "auf den richtigen Balken klicken oder die Ziffer tippen."
)
ABOUT_CORRECTIONS = "Sie bleiben auf diesem Rechner: {path}"
IS_A = "ist eine {digit}"
REMOVE = "Entfernen"
REMOVE_ALL = "Alle entfernen"
REALLY_REMOVE_ALL = "Wirklich alle?"
EXPORT = "Exportieren"
DONE = "Fertig"

SETTINGS = "Einstellungen"
THEME = "Farben"
THEMES = {"light": "Hell", "dark": "Dunkel", "system": "System"}
LANGUAGE = "Sprache"
LANGUAGES = {"system": "System", "en": "English", "de": "Deutsch"}
SPEAK = "Die Antwort vorlesen"
NO_SPEECH = "Die Antwort vorlesen (braucht spd-say oder espeak)"
SPOKEN_UNSURE = "nicht sicher"
NETWORK = "Netz"
OWN_NETWORK = "Eigenes"
OTHER_NETWORK = "Anderes ..."
LEARN = "Aus Korrekturen lernen"
STRIP = "Gelesene Zahlen zeigen"
ERASER = "Der Radierer nimmt"
ERASERS = {False: "Ganze Striche", True: "Teile"}
KEEP_DRAWING = "Das Papier beim nächsten Start"
KEPT = {False: "Leer", True: "Wie es war"}
OFF, ON = "Aus", "An"
SHOW = "Zeigen"

SHORTCUTS = "Tasten"
DOES = {
    Action.UNDO: "Rückgängig",
    Action.REDO: "Wiederholen",
    Action.CLEAR: "Leeres Papier",
    Action.OPEN: "Ein Bild, eine Tintendatei oder ein Netz öffnen",
    Action.SAVE: "Die Zeichnung speichern",
    Action.COPY_NUMBER: "Die Zahl kopieren",
    Action.COPY_DRAWING: "Die Zeichnung als Bild kopieren",
    Action.PASTE: "Ein Bild oder eine Datei einfügen",
    Action.PEN: "Stift",
    Action.ERASER: "Radierer; noch einmal: der andere, für ganze Striche oder für Teile",
    Action.SHOW_STRIP: "Die gelesenen Zahlen zeigen oder nicht",
    Action.KEEP_DRAWING: "Was auf dem Papier ist, für den nächsten Start behalten oder nicht",
    Action.THICKER: "Breiterer Stift",
    Action.THINNER: "Schmalerer Stift",
    Action.SWITCH_THEME: "Hell oder dunkel",
    Action.CANCEL: "Strich oder Datei in Arbeit verwerfen; das Innere schließen",
    Action.NEXT_DIGIT: "Die nächste Ziffer zeigen",
    Action.PREVIOUS_DIGIT: "Die Ziffer davor zeigen",
    Action.CORRECT: "Sagen, welche Ziffer die gezeigte wirklich ist",
    Action.CORRECTIONS: "Die Korrekturen auflisten",
    Action.INSIDE: "In das Netz hineinsehen",
    Action.SETTINGS: "Einstellungen",
    Action.HELP: "Diese Liste",
    Action.QUIT: "Beenden",
}
MOUSE_DOES = [
    ("rechte Taste auf dem Papier", "Radieren"),
    ("auf eine Zahl unter dem Papier klicken", "Sie mit ihrer Tinte zurückholen"),
    ("rechte Taste auf eine solche Zahl", "Sie vergessen"),
    ("auf eine Ziffer zeigen oder tippen", "Ihre Balken und ihr Bild zeigen"),
    ("auf einen Balken klicken", "Sagen, dass es diese Ziffer ist"),
    ("auf das Bild klicken", "In das Netz hineinsehen"),
    ("auf die Karte einer Schicht zeigen", "Sie größer zeigen"),
    ("eine Datei ablegen", "Ein Bild lesen, eine Tintendatei öffnen, mit einem Netz (.h5) lesen"),
]
KEYS = {
    "command": _COMMAND,
    "shift": "Umschalt",
    "delete": "Entf",
    "backspace": "Rücktaste",
    "escape": "Esc",
    "tab": "Tab",
    "[+]": "+",
    "[-]": "-",
}

ERRORS = {
    "{path}: the numbers cannot be read ({reason})": (
        "{path}: Die Zahlen können nicht gelesen werden ({reason})"
    ),
    "{path}: the numbers cannot be written ({reason})": (
        "{path}: Die Zahlen können nicht geschrieben werden ({reason})"
    ),
    "{path}: the drawing cannot be kept there ({reason})": (
        "{path}: Die Zeichnung kann dort nicht gesichert werden ({reason})"
    ),
    "{path}: cannot be read ({reason}), so it was left alone": (
        "{path}: kann nicht gelesen werden ({reason}), die Datei bleibt, wie sie ist"
    ),
    "{path}: {error}, so it was put aside": "{path}: {error}, die Datei wurde beiseitegelegt",
    "{path}, line {number}: {error}": "{path}, Zeile {number}: {error}",
    "{path}: the corrections cannot be read ({reason})": (
        "{path}: Die Korrekturen können nicht gelesen werden ({reason})"
    ),
    "{path}: the corrections cannot be written ({reason})": (
        "{path}: Die Korrekturen können nicht geschrieben werden ({reason})"
    ),
    "its word is no digit": "ihr Wort ist keine Ziffer",
    "there is no ink in it": "es ist keine Tinte darin",
    "this is not UTF-8 text": "das ist kein Text in UTF-8",
    "this is not JSON ({reason} at character {number})": (
        "das ist kein JSON ({reason} bei Zeichen {number})"
    ),
    "a number in it has too many digits": "eine Zahl darin hat zu viele Stellen",
    "this JSON is nested too deeply for a drawing": (
        "dieses JSON ist für eine Zeichnung zu tief verschachtelt"
    ),
    "the line is longer than {number} MB, too long for a drawing": (
        "die Zeile ist länger als {number} MB, zu lang für eine Zeichnung"
    ),
    "there are more than {number} lists in it, too many for a drawing": (
        "es sind mehr als {number} Listen darin, zu viele für eine Zeichnung"
    ),
    "there are more than {number} strokes in it": "es sind mehr als {number} Striche darin",
    "there are more than {number} points in it": "es sind mehr als {number} Punkte darin",
    'there is no "drawing" list in it': 'es ist keine Liste "drawing" darin',
    "stroke {number} is not a list of x, of y and of times": (
        "Strich {number} besteht nicht aus Listen von x, y und Zeiten"
    ),
    "the lists of stroke {number} differ in length ({lengths})": (
        "die Listen von Strich {number} sind verschieden lang ({lengths})"
    ),
    "stroke {number} has a coordinate or time that is no number of sane size": (
        "Strich {number} hat eine Koordinate oder Zeit, die keine Zahl sinnvoller Größe ist"
    ),
    "{path}: cannot be opened ({reason})": "{path}: kann nicht geöffnet werden ({reason})",
    "{path}: the file holds no drawing": "{path}: In der Datei ist keine Zeichnung",
    "{name}: this is not a picture that can be read; "
    "save it as PNG or JPEG, ink files end in .ndjson": (
        "{name}: Das ist kein lesbares Bild; bitte als PNG oder JPEG speichern, "
        "Tintendateien enden auf .ndjson"
    ),
    "{name}: this file is empty; take another copy of it": (
        "{name}: Diese Datei ist leer; bitte eine andere Kopie nehmen"
    ),
    "{name}: this is a folder; name the files in it": (
        "{name}: Das ist ein Ordner; bitte die Dateien darin nennen"
    ),
    (
        "{name}: the picture has too many pixels; save it as PNG or JPEG with at most {number} "
        "megapixels and {side} pixels on a side"
    ): (
        "{name}: Das Bild hat zu viele Pixel; bitte als PNG oder JPEG mit höchstens {number} "
        "Megapixeln und {side} Pixeln je Seite speichern"
    ),
    "{name}: cannot be read ({reason}); check that the file is there and may be read": (
        "{name}: kann nicht gelesen werden ({reason}); ist die Datei da, und darf man sie lesen?"
    ),
    "{name}: the picture is damaged ({reason}); take another copy of it": (
        "{name}: Das Bild ist beschädigt ({reason}); bitte eine andere Kopie davon nehmen"
    ),
    "{name}: cannot be read ({reason})": "{name}: kann nicht gelesen werden ({reason})",
    "{name}: this network reads only {share} of the reference digits, "
    "so do not trust its answers": (
        "{name}: Dieses Netz liest nur {share} der Vergleichsziffern, "
        "seinen Antworten ist also nicht zu trauen"
    ),
    "this is a zip file such as .keras, not HDF5; save the whole model with {call}": (
        "Das ist eine Zip-Datei wie .keras, nicht HDF5; bitte das ganze Modell mit {call} speichern"
    ),
    "the file holds weights only; save the whole model with {call}": (
        "In der Datei sind nur Gewichte; bitte das ganze Modell mit {call} speichern"
    ),
    "there is no Keras model in the file; save the whole model with {call}": (
        "In der Datei ist kein Keras-Modell; bitte das ganze Modell mit {call} speichern"
    ),
    "this is not an HDF5 file": "Das ist keine HDF5-Datei",
    "there is no such file": "Diese Datei gibt es nicht",
    "it takes {shape}, not one of {shapes}": "Es nimmt {shape}, nicht eines von {shapes}",
    "it takes {shape}, channels first; train with channels_last": (
        "Es nimmt {shape}, die Kanäle zuerst; bitte mit channels_last trainieren"
    ),
    "it answers with {count} classes, not with 10 classes": (
        "sie antwortet mit {count} Klassen, nicht mit 10"
    ),
    "layers of this kind are not supported": "Schichten dieser Art werden nicht unterstützt",
    "it holds Python code, which is never run; use Keras's own layers": (
        "sie enthält Python-Code, der nie ausgeführt wird; bitte Schichten von Keras nehmen"
    ),
    "{path}: layer {layer}: {error}": "{path}: Schicht {layer}: {error}",
    "{path}: {error}": "{path}: {error}",
}
