// Finds the words of a document for `masking.py`, and covers those that it says. An object of three functions.
({
    // The document's texts as one string, and what each field holds (the text of drawings counts as one). With `isKept`, places in the string can be
    // covered afterwards. U+E000 stands between texts that do not belong together. Characters outside the basic
    // plane count twice here and once in Python, so each becomes two that count once in both.
    read(isKept) {
        const inline = new Set(['A', 'ABBR', 'B', 'BDI', 'CITE', 'CODE', 'DATA', 'DFN', 'EM', 'FONT', 'I', 'KBD',
            'LABEL', 'MARK', 'Q', 'S', 'SAMP', 'SMALL', 'SPAN', 'STRONG', 'SUB', 'SUP', 'TIME', 'U', 'VAR', 'WBR',
            'TSPAN']);
        const plain = text => text
            .replace(/[\ud800-\udbff][\udc00-\udfff]/g, '\ufffd\ufffd')
            .replace(/[\ud800-\udfff]/g, '\ufffd');
        const pieces = [], nodes = [], roots = [], fields = [], held = [];
        let length = 0;
        const put = text => { pieces.push(text); length += text.length; };
        const walk = root => {
            roots.push(root);
            const shadows = [];
            const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
            for (let node = walker.currentNode; node; node = walker.nextNode()) {
                if (node.nodeType === Node.TEXT_NODE) {
                    nodes.push({ node, start: length });
                    put(node.data);
                } else {
                    if (!inline.has(node.tagName)) put('\ue000');
                    if (node.shadowRoot) shadows.push(node.shadowRoot);
                    if (node.matches?.('input, textarea, select, svg text')) {
                        const chosen = Array.from(node.selectedOptions ?? [], option => option.text);
                        fields.push(node);
                        held.push(plain([node.value ?? node.textContent, node.placeholder, ...chosen].join('\ue000')));
                    }
                }
            }
            put('\ue000');
            shadows.forEach(walk);
        };
        if (document.documentElement) walk(document.documentElement);
        if (isKept) window.gonogoTexts = { nodes, roots, fields, styled: [], sheet: null };
        return [plain(pieces.join('')), held];
    },

    // Cover places of the string, each from a start to an end, and fields by their number. Whether all could be.
    cover([spans, places, colour]) {
        const { nodes, roots, fields, styled } = window.gonogoTexts;
        const at = (place, isEnd) => {
            let low = 0, high = nodes.length - 1;
            while (low < high) {
                const middle = (low + high + 1) >> 1;
                const isBefore = isEnd ? nodes[middle].start < place : nodes[middle].start <= place;
                if (isBefore) low = middle; else high = middle - 1;
            }
            const { node, start } = nodes[low];
            return [node, Math.min(place - start, node.length)];
        };
        const ranges = spans.map(([start, end]) => {
            const range = new Range();
            range.setStart(...at(start, false));
            range.setEnd(...at(end, true));
            return range;
        });
        CSS.highlights.set('gonogo-private', new Highlight(...ranges));
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(`::highlight(gonogo-private) { color: ${colour} !important;
            background-color: ${colour} !important; -webkit-text-fill-color: ${colour} !important;
            text-decoration: none !important; }
            * { text-shadow: none !important; -webkit-text-stroke: 0 !important; }`);
        for (const root of roots) {
            const scope = root instanceof ShadowRoot ? root : document;
            scope.adoptedStyleSheets = [...scope.adoptedStyleSheets, sheet];
        }
        window.gonogoTexts.sheet = sheet;
        for (const field of places.map(place => fields[place])) {
            styled.push([field, field.getAttribute('style')]);
            for (const name of ['color', 'background-color', '-webkit-text-fill-color'])
                field.style.setProperty(name, colour, 'important');
            if (field instanceof SVGElement) field.style.setProperty('visibility', 'hidden', 'important');
        }
        return ranges.every(range => !range.collapsed);
    },

    // Leave the document as it was.
    uncover() {
        const { roots, styled, sheet } = window.gonogoTexts ?? { roots: [], styled: [] };
        for (const [field, style] of styled) {
            if (style === null) field.removeAttribute('style'); else field.setAttribute('style', style);
        }
        for (const root of roots) {
            const scope = root instanceof ShadowRoot ? root : document;
            scope.adoptedStyleSheets = scope.adoptedStyleSheets.filter(one => one !== sheet);
        }
        CSS.highlights?.delete('gonogo-private');
        delete window.gonogoTexts;
    },
})
